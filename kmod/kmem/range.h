/* SPDX-License-Identifier: GPL-2.0-only */
/* Single ranges: giving them to the kernel and taking them back. */
#ifndef KMEM_RANGE_H
#define KMEM_RANGE_H

#include <linux/types.h>

struct kmem_memory;
struct kmem_range;

/**
 * kmem_range_add() - make a range memory of the kernel
 * @memory: whose range it is; locked and open
 * @range: not plugged
 * @keep_offline: its blocks are offline then, else as auto_online_blocks makes
 *	them
 *
 * Return: 0 or a negative errno, which then is in the last error too.
 */
int kmem_range_add(struct kmem_memory *memory, struct kmem_range *range,
		   bool keep_offline);

/**
 * kmem_range_remove() - take a plugged range back from the kernel
 * @range: the range; its memory is locked
 * @remove: remove_memory(), or offline_and_remove_memory()
 *
 * Return: 0, or what @remove returned: then the range is plugged as before.
 */
int kmem_range_remove(struct kmem_range *range,
		      int (*remove)(u64 start, u64 size));

#endif /* KMEM_RANGE_H */
