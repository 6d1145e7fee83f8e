/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEDIA_PROBE_H
#define MEDIA_PROBE_H

#include "facts/model/model.h"

/*
 * What memory holds, as a word: what libblkid and lsblk(8) call it (ext4, xfs,
 * crypto_LUKS, LVM2_member, swap, gpt), what signature_find() knows, "blank"
 * where samples are zero, "ambiguous" where signatures contradict each other,
 * or "unknown". Nothing is written, and memory that has failed is an error.
 * All return 0 and *ret, to be freed, or a negative errno.
 */

/* Of a block device. Who has it in use is not disturbed: it is not opened
 * exclusively. */
int probe_block(int root_fd, const char *name, char **ret);

/* Of a devdax device of @snapshot: -EBUSY, -EWOULDBLOCK and others as with
 * facts_content_load(). */
int probe_device(int root_fd, const struct facts_snapshot *snapshot,
		 const struct facts_device *device, char **ret);

#endif
