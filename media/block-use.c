// SPDX-License-Identifier: GPL-2.0-or-later
#include "media/block-use.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/text.h"
#include "facts/root.h"

#define BLOCK_DIR "sys/class/block"
#define SWAPS "proc/swaps"
/* Of devices upon each other; the kernel allows no circles. */
#define DEPTH_MAX 8
/* As many as are told of one device. */
#define USES_MAX 64

static int is_missing(int r)
{
	return r == -ENOENT || r == -ENOTDIR || r == -ENODEV || r == -ENXIO;
}

static int add_loop(struct block_use *use, const char *name)
{
	_cleanup_free_ char *file = NULL, *copy = NULL;
	char path[NAME_MAX + 64];
	int r;

	snprintf(path, sizeof(path), BLOCK_DIR "/%s/loop/backing_file", name);
	r = root_read_line(use->root_fd, path, &file);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	for (size_t i = 0; i < 2; i++) {
		if (ARRAY_GROW(use->loop_files, use->n_loop_files) < 0)
			return -ENOMEM;
		use->loop_files[use->n_loop_files++] =
			i == 0 ? TAKE_PTR(copy) : TAKE_PTR(file);
	}
	return 0;
}

static int read_loops(struct block_use *use)
{
	_cleanup_closedir_ DIR *dir = NULL;
	struct dirent *entry;
	int r = root_open_dir(use->root_fd, BLOCK_DIR, &dir);

	if (r < 0)
		return is_missing(r) ? 0 : r;
	while (r >= 0 && (entry = readdir(dir)))
		if (text_starts_with(entry->d_name, "loop"))
			r = add_loop(use, entry->d_name);
	return r < 0 ? r : 0;
}

int block_use_open(int root_fd, struct block_use *ret)
{
	_cleanup_block_use_ struct block_use use = { .root_fd = root_fd };
	int r = mount_table_read(root_fd, &use.mounts);

	if (r == 0)
		r = root_read_text(root_fd, SWAPS, &use.swaps);
	if (r < 0 && !is_missing(r))
		return r;
	r = read_loops(&use);
	if (r < 0)
		return r;
	*ret = use;
	use = (struct block_use){ 0 };
	return 0;
}

void block_use_close(struct block_use *use)
{
	mount_table_done(&use->mounts);
	free(use->swaps);
	for (size_t i = 0; i < use->n_loop_files; i++)
		free(use->loop_files[i]);
	free(use->loop_files);
}

/* A block device whose users are looked for, itself or on top of another. */
struct block {
	const char *name;
	unsigned int major, minor;
	bool dax;
	unsigned int depth;
};

static int find_users(const struct block_use *use, struct block *block,
		      struct media *media);

static bool is_source(const char *source, const char *name)
{
	return text_starts_with(source, "/dev/") &&
	       strcmp(source + strlen("/dev/"), name) == 0;
}

static int add_mounts(const struct block_use *use, const struct block *block,
		      struct media *media)
{
	int r = 0;

	for (size_t i = 0; i < use->mounts.n_mounts && r == 0; i++) {
		const struct mount *m = &use->mounts.mounts[i];

		/* Some file systems have a number of their own. */
		if ((m->major == block->major && m->minor == block->minor) ||
		    is_source(m->source, block->name))
			r = media_add_use(media, MEDIA_USE_MOUNT, m->where,
					  m->type,
					  mount_table_dax(m, block->dax));
		if (media->n_uses >= USES_MAX)
			break;
	}
	return r;
}

/* A line of proc/swaps begins with the device's path. */
static bool is_swap(const struct block_use *use, const char *name)
{
	for (const char *line = use->swaps; line && *line;) {
		size_t length = strcspn(line, " \t\n");
		char path[NAME_MAX];

		snprintf(path, sizeof(path), "%.*s", (int)length, line);
		if (is_source(path, name))
			return true;
		line = strchr(line, '\n');
		line += line ? 1 : 0;
	}
	return false;
}

static enum media_use_kind kind_of(const char *name)
{
	if (text_starts_with(name, "dm-"))
		return MEDIA_USE_DM;
	if (text_starts_with(name, "md"))
		return MEDIA_USE_MD;
	return text_starts_with(name, "loop") ? MEDIA_USE_LOOP
					      : MEDIA_USE_HOLDER;
}

/* A device that has this one, and who uses that. */
static int add_holder(const struct block_use *use, const char *name,
		      unsigned int depth, struct media *media)
{
	_cleanup_free_ char *dm_name = NULL;
	struct block block = { .name = name, .depth = depth + 1 };
	char path[NAME_MAX + 64];
	int r;

	snprintf(path, sizeof(path), BLOCK_DIR "/%s/dm/name", name);
	r = root_read_line(use->root_fd, path, &dm_name);
	if (r == -ENOMEM)
		return r;
	r = media_add_use(media, kind_of(name), name, dm_name,
			  MEDIA_DAX_UNKNOWN);
	return r == 0 ? find_users(use, &block, media) : r;
}

static int add_holders(const struct block_use *use, const struct block *block,
		       struct media *media)
{
	_cleanup_closedir_ DIR *dir = NULL;
	char path[NAME_MAX + 64];
	struct dirent *entry;
	int r;

	snprintf(path, sizeof(path), BLOCK_DIR "/%s/holders", block->name);
	r = root_open_dir(use->root_fd, path, &dir);
	if (r < 0)
		return is_missing(r) ? 0 : r;
	while (r >= 0 && media->n_uses < USES_MAX && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			r = add_holder(use, entry->d_name, block->depth, media);
	return r < 0 ? r : 0;
}

/* Loop devices are not among the holders. */
static int add_loops(const struct block_use *use, const struct block *block,
		     struct media *media)
{
	int r = 0;

	for (size_t i = 0; i + 1 < use->n_loop_files && r == 0; i += 2)
		if (is_source(use->loop_files[i + 1], block->name) &&
		    media->n_uses < USES_MAX)
			r = add_holder(use, use->loop_files[i], block->depth,
				       media);
	return r;
}

static int add_partitions(const struct block_use *use,
			  const struct block *block, struct media *media)
{
	_cleanup_closedir_ DIR *dir = NULL;
	char path[NAME_MAX + 64];
	struct dirent *entry;
	int r;

	snprintf(path, sizeof(path), BLOCK_DIR "/%s", block->name);
	r = root_open_dir(use->root_fd, path, &dir);
	if (r < 0)
		return is_missing(r) ? 0 : r;
	while (r >= 0 && media->n_uses < USES_MAX && (entry = readdir(dir))) {
		struct block partition = { .name = entry->d_name,
					   .dax = block->dax,
					   .depth = block->depth + 1 };

		if (text_starts_with(entry->d_name, block->name))
			r = find_users(use, &partition, media);
	}
	return r < 0 ? r : 0;
}

static void read_number(const struct block_use *use, struct block *block)
{
	_cleanup_free_ char *line = NULL;
	char path[NAME_MAX + 64];

	snprintf(path, sizeof(path), BLOCK_DIR "/%s/dev", block->name);
	if (root_read_line(use->root_fd, path, &line) < 0 ||
	    sscanf(line, "%u:%u", &block->major, &block->minor) != 2)
		/* No file system is on 0:0. */
		block->major = block->minor = 0;
}

static void read_dax(const struct block_use *use, struct block *block)
{
	char path[NAME_MAX + 64];
	uint64_t value;

	snprintf(path, sizeof(path), BLOCK_DIR "/%s/queue/dax", block->name);
	if (root_read_u64(use->root_fd, path, &value) == 0)
		block->dax = value == 1;
}

static int find_users(const struct block_use *use, struct block *block,
		      struct media *media)
{
	int r;

	if (block->depth > DEPTH_MAX || media->n_uses >= USES_MAX)
		return 0;
	read_number(use, block);
	read_dax(use, block);
	r = add_mounts(use, block, media);
	if (r == 0 && is_swap(use, block->name))
		r = media_add_use(media, MEDIA_USE_SWAP, block->name, NULL,
				  MEDIA_DAX_UNKNOWN);
	if (r == 0)
		r = add_holders(use, block, media);
	if (r == 0)
		r = add_loops(use, block, media);
	return r == 0 ? add_partitions(use, block, media) : r;
}

int block_use_find_device(const struct block_use *use, const char *device,
			  struct media *media)
{
	int r = 0;

	for (size_t i = 0; i < use->mounts.n_mounts && r == 0; i++) {
		const struct mount *m = &use->mounts.mounts[i];

		if (is_source(m->source, device) && media->n_uses < USES_MAX)
			r = media_add_use(media, MEDIA_USE_MOUNT, m->where,
					  m->type, MEDIA_DAX_ALWAYS);
	}
	return r;
}

int block_use_find(const struct block_use *use, struct media *media)
{
	struct block block = { .name = media->blockdev };

	if (media->blockdev)
		return find_users(use, &block, media);
	return media->chardev
		       ? block_use_find_device(use, media->chardev, media)
		       : 0;
}
