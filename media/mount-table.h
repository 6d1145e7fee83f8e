/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEDIA_MOUNT_TABLE_H
#define MEDIA_MOUNT_TABLE_H

#include <stddef.h>

#include "media/model/media.h"

/* A line of proc/self/mountinfo (proc(5)). */
struct mount {
	unsigned int major, minor;
	char *where;   /* with its escapes undone */
	char *type;    /* of the file system */
	char *source;  /* /dev/pmem0, or anything */
	char *options; /* of the file system, "rw,dax=always" */
};

struct mount_table {
	struct mount *mounts;
	size_t n_mounts;
};

/* Reads it below @root_fd; lines that are of another form are left out. A tree
 * without one has no mounts. Returns 0 or a negative errno. */
int mount_table_read(int root_fd, struct mount_table *ret);
void mount_table_done(struct mount_table *table);
#define _cleanup_mount_table_ _cleanup_(mount_table_done)

/* What @mount says of dax; @capable: the block device can map directly (its
 * queue/dax). */
enum media_dax mount_table_dax(const struct mount *mount, bool capable);

#endif
