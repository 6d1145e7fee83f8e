/* SPDX-License-Identifier: GPL-2.0-only */
/* Why a block cannot be taken offline: the first page in it that cannot move. */
#ifndef KMEM_BLOCKER_H
#define KMEM_BLOCKER_H

struct memory_block;

/**
 * kmem_blocker() - the first page of an online block that cannot move
 * @block: the block
 * @ret_pfn: its page frame number, if there is one
 *
 * Pages are read without locks or references, as the kernel does when it looks
 * for movable ones: the answer is a hint that may be out of date.
 *
 * Return: what kind of page it is, a constant string, or NULL if all pages look
 * movable or free.
 */
const char *kmem_blocker(struct memory_block *block, unsigned long *ret_pfn);

#endif /* KMEM_BLOCKER_H */
