// SPDX-License-Identifier: GPL-2.0-or-later
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"

#define must(condition)                                                        \
	do {                                                                   \
		if (!(condition)) {                                            \
			fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, \
				#condition, strerror(errno));                  \
			abort();                                               \
		}                                                              \
	} while (0)

void tree_make(struct tree *tree)
{
	const char *tmp = getenv("TMPDIR");

	/* Many small files are made: in memory, where that is to be had. */
	if (!tmp)
		tmp = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	must(asprintf(&tree->path, "%s/daxbroker-XXXXXX", tmp) > 0);
	must(mkdtemp(tree->path));
	tree->fd = open(tree->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	must(tree->fd >= 0);
}

static int remove_one(const char *path, _unused_ const struct stat *st,
		      _unused_ int type, _unused_ struct FTW *ftw)
{
	return remove(path);
}

void tree_remove(struct tree *tree)
{
	must(nftw(tree->path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0);
	close(tree->fd);
	free(tree->path);
}

void tree_folder(const struct tree *tree, const char *path, mode_t mode)
{
	_cleanup_free_ char *copy = strdup(path);

	must(copy);
	for (char *slash = copy; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdirat(tree->fd, copy, 0755) == 0)
			must(fchmodat(tree->fd, copy, 0755, 0) == 0);
		*slash = '/';
	}
	must(mkdirat(tree->fd, path, 0755) == 0 || errno == EEXIST);
	must(fchmodat(tree->fd, path, mode, 0) == 0);
}

static void make_parent(const struct tree *tree, const char *path)
{
	_cleanup_free_ char *parent = strdup(path);
	struct stat st;
	char *slash;

	must(parent);
	slash = strrchr(parent, '/');
	if (!slash)
		return;
	*slash = '\0';
	if (fstatat(tree->fd, parent, &st, 0) < 0)
		tree_folder(tree, parent, 0755);
}

void tree_write(const struct tree *tree, const char *path, const char *text,
		size_t size, mode_t mode)
{
	int fd;

	make_parent(tree, path);
	fd = openat(tree->fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		    0600);
	must(fd >= 0);
	must(write(fd, text, size) == (ssize_t)size);
	must(fchmod(fd, mode) == 0);
	close(fd);
}

void tree_text(const struct tree *tree, const char *path, const char *text)
{
	tree_write(tree, path, text, strlen(text), 0644);
}

void tree_link(const struct tree *tree, const char *path, const char *target)
{
	make_parent(tree, path);
	must(symlinkat(target, tree->fd, path) == 0);
}

char *slurp(const char *path)
{
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (!f)
		return NULL;
	if (getdelim(&text, &size, '\0', f) < 0) {
		must(feof(f));
		free(text);
		text = strdup("");
	}
	return text;
}
