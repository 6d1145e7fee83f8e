// SPDX-License-Identifier: GPL-2.0-or-later
#include "tree.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#define MUST(condition)           \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

void tree_open(struct tree *tree)
{
	const char *tmp = getenv("TMPDIR");

	/* Thousands of small files are made: in memory, where that is to be
	 * had. */
	if (!tmp || strlen(tmp) > 64)
		tmp = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	snprintf(tree->path, sizeof(tree->path), "%s/test-facts.XXXXXX", tmp);
	MUST(mkdtemp(tree->path));
	tree->fd = open(tree->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	MUST(tree->fd >= 0);
}

static int remove_one(const char *path, const struct stat *st _unused_,
		      int flag _unused_, struct FTW *ftw _unused_)
{
	return remove(path);
}

void tree_close(struct tree *tree)
{
	close(tree->fd);
	nftw(tree->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void tree_mkdir(const struct tree *tree, const char *path)
{
	char part[PATH_MAX];
	const char *slash = path;
	struct stat st;

	do {
		slash = strchrnul(slash + 1, '/');
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		if (mkdirat(tree->fd, part, 0755) < 0)
			MUST(fstatat(tree->fd, part, &st, 0) == 0);
	} while (*slash);
}

static void make_parent(const struct tree *tree, const char *path)
{
	const char *slash = strrchr(path, '/');
	char parent[PATH_MAX];

	if (!slash)
		return;
	snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
	if (faccessat(tree->fd, parent, F_OK, 0) < 0)
		tree_mkdir(tree, parent);
}

void tree_write_bytes(const struct tree *tree, const char *path,
		      const void *bytes, size_t n)
{
	_cleanup_close_ int fd = -1;

	make_parent(tree, path);
	unlinkat(tree->fd, path, 0);
	fd = openat(tree->fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0644);
	MUST(fd >= 0);
	MUST(write(fd, bytes, n) == (ssize_t)n);
}

void tree_write(const struct tree *tree, const char *path, const char *text)
{
	tree_write_bytes(tree, path, text, strlen(text));
}

void tree_link(const struct tree *tree, const char *path, const char *target)
{
	make_parent(tree, path);
	unlinkat(tree->fd, path, 0);
	MUST(symlinkat(target, tree->fd, path) == 0);
}

/* Writes "VALUE\n" to DIR/NAME. */
static void attribute(const struct tree *tree, const char *dir,
		      const char *name, unsigned long long value, bool hex)
{
	char path[PATH_MAX], text[32];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	snprintf(text, sizeof(text), hex ? "%#llx\n" : "%llu\n", value);
	tree_write(tree, path, text);
}

void tree_add_hmem(const struct tree *tree, unsigned int x, unsigned int y,
		   unsigned long long start, unsigned int mib)
{
	unsigned long long size = (unsigned long long)mib << 20;
	char region[64], dir[128], path[256], target[256];

	snprintf(region, sizeof(region), "sys/devices/platform/hmem.%u", x);
	snprintf(path, sizeof(path), "%s/subsystem", region);
	tree_link(tree, path, "../../../bus/platform");
	snprintf(path, sizeof(path), "%s/dax_region", region);
	attribute(tree, path, "id", x, false);
	attribute(tree, path, "size", size, false);
	attribute(tree, path, "available_size", 0, false);
	attribute(tree, path, "align", 2 << 20, false);
	attribute(tree, path, "create", 0, false);

	snprintf(dir, sizeof(dir), "%s/dax%u.%u", region, x, y);
	attribute(tree, dir, "size", size, false);
	attribute(tree, dir, "align", 2 << 20, false);
	attribute(tree, dir, "target_node", 1, false);
	attribute(tree, dir, "numa_node", 0, false);
	snprintf(path, sizeof(path), "%s/mapping0", dir);
	attribute(tree, path, "start", start, true);
	attribute(tree, path, "end", start + size - 1, true);

	snprintf(path, sizeof(path), "sys/bus/dax/devices/dax%u.%u", x, y);
	snprintf(target, sizeof(target), "../../../%s", dir + strlen("sys/"));
	tree_link(tree, path, target);
}

void tree_add_block(const struct tree *tree, unsigned int id, unsigned int node,
		    const char *state, const char *zones)
{
	char dir[64], path[128], target[64];

	snprintf(dir, sizeof(dir), "sys/devices/system/memory/memory%u", id);
	snprintf(path, sizeof(path), "%s/state", dir);
	tree_write(tree, path, state);
	snprintf(path, sizeof(path), "%s/valid_zones", dir);
	tree_write(tree, path, zones);
	snprintf(path, sizeof(path), "%s/node%u", dir, node);
	snprintf(target, sizeof(target), "../../node/node%u", node);
	tree_link(tree, path, target);
	snprintf(path, sizeof(path), "sys/devices/system/node/node%u/memory%u",
		 node, id);
	snprintf(target, sizeof(target), "../../memory/memory%u", id);
	tree_link(tree, path, target);
}

void tree_add_system(const struct tree *tree)
{
	unsigned int node;

	tree_write(tree, "proc/sys/kernel/osrelease", "6.1.0-test\n");
	tree_write(tree, "sys/devices/system/memory/block_size_bytes",
		   "8000000\n");
	for (node = 0; node < 2; node++) {
		char path[64], text[128];

		snprintf(path, sizeof(path),
			 "sys/devices/system/node/node%u/meminfo", node);
		snprintf(
			text, sizeof(text),
			"Node %u MemTotal: 2048 kB\nNode %u MemFree: 1024 kB\n",
			node, node);
		tree_write(tree, path, text);
		snprintf(path, sizeof(path),
			 "sys/devices/system/node/node%u/distance", node);
		tree_write(tree, path, node ? "20 10\n" : "10 20\n");
		snprintf(path, sizeof(path),
			 "sys/devices/system/node/node%u/cpulist", node);
		tree_write(tree, path, node ? "\n" : "0-1\n");
	}
}
