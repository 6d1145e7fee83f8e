/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEDIA_BLOCK_USE_H
#define MEDIA_BLOCK_USE_H

#include "media/model/media.h"
#include "media/mount-table.h"

/*
 * Who uses block devices and the devices of famfs: mounts, swap, and other
 * block devices, their uses too. No process is scanned: that a program has one
 * open is not known.
 */
struct block_use {
	int root_fd;
	struct mount_table mounts;
	char *swaps;	   /* the file's text, or NULL */
	char **loop_files; /* of each pair the loop device and its file */
	size_t n_loop_files;
};

/* Reads what is the same for all devices. Returns 0 or a negative errno. */
int block_use_open(int root_fd, struct block_use *ret);
void block_use_close(struct block_use *use);
#define _cleanup_block_use_ _cleanup_(block_use_close)

/* Adds to @media who uses its block device, and who mounts its character
 * device. Returns 0 or a negative errno. */
int block_use_find(const struct block_use *use, struct media *media);

/* Adds to @media who mounts /dev/@device, famfs. */
int block_use_find_device(const struct block_use *use, const char *device,
			  struct media *media);

#endif
