/* SPDX-License-Identifier: GPL-2.0-only */
/* Single memory blocks: finding them, and changing their state. */
#ifndef KMEM_BLOCK_H
#define KMEM_BLOCK_H

#include <linux/memory.h>
#include <linux/range.h>

/**
 * struct kmem_blocks - the memory blocks of a range, with references
 * @nr: how many there can be
 * @first: number of the first
 * @block: each, or NULL where there is none
 */
struct kmem_blocks {
	unsigned int nr;
	unsigned long first;
	struct memory_block *block[];
};

/**
 * kmem_blocks_get() - the memory blocks of a range
 * @any: any registered device
 * @range: the range, of whole blocks
 *
 * Return: the blocks, all NULL if the range is not plugged; NULL without
 * memory. To be put.
 */
struct kmem_blocks *kmem_blocks_get(struct device *any,
				    const struct range *range);
void kmem_blocks_put(struct kmem_blocks *blocks);

/**
 * kmem_block_type() - what a block is now
 * @block: the block; without its device lock the answer is a snapshot
 *
 * Return: MMOP_OFFLINE, MMOP_ONLINE_KERNEL or MMOP_ONLINE_MOVABLE.
 */
int kmem_block_type(struct memory_block *block);

/**
 * kmem_block_online() - online a block in a zone
 * @block: the block
 * @type: MMOP_ONLINE, MMOP_ONLINE_KERNEL or MMOP_ONLINE_MOVABLE
 *
 * A block that is already online, in another zone than asked for, is taken
 * offline first.
 *
 * Return: 0, a negative errno of the kernel's, -EBUSY if others keep putting
 * the block into another zone, or -EINTR on a signal while others hold it.
 */
int kmem_block_online(struct memory_block *block, int type);

/**
 * kmem_block_offline() - offline a block
 * @block: the block
 * @ret_type: what it was (MMOP_*), if this succeeds
 *
 * A page under I/O, or a huge page that is just being moved, makes one attempt
 * fail and not the next: -EBUSY and -EAGAIN are believed after the fourth.
 *
 * Return: 0 or a negative errno: -EBUSY if something in it cannot move, -EINTR
 * on a signal.
 */
int kmem_block_offline(struct memory_block *block, int *ret_type);

/* kmem_block_settled() - false while a task changes the block */
bool kmem_block_settled(struct memory_block *block);

#endif /* KMEM_BLOCK_H */
