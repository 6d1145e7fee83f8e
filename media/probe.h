/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEDIA_PROBE_H
#define MEDIA_PROBE_H

#include "facts/model/model.h"

/*
 * What memory holds, as a word: that of its content_kind; and of what that does
 * not know, what libblkid and lsblk(8) call it (ntfs, vfat). Nothing is
 * written, and memory that has failed is an error. All return 0 and *ret, to be
 * freed, or a negative errno.
 */

/* What libblkid finds; *ret is NULL where that is nothing. */
int probe_ask_blkid(int fd, char **ret);

/* Of a block device. Who has it in use is not disturbed: it is not opened
 * exclusively. */
int probe_block(int root_fd, const char *name, char **ret);

/* Of a devdax device of @snapshot: -EBUSY, -EWOULDBLOCK and others as with
 * facts_content_open(). */
int probe_device(int root_fd, const struct facts_snapshot *snapshot,
		 const struct facts_device *device, char **ret);

#endif
