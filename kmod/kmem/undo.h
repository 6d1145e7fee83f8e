/* SPDX-License-Identifier: GPL-2.0-only */
/* Undoing what a failed transition has done, in a thread of its own. */
#ifndef KMEM_UNDO_H
#define KMEM_UNDO_H

struct kmem_memory;

int kmem_undo_init(void);
void kmem_undo_exit(void);

/**
 * kmem_undo() - run an undoing function without the caller's signals
 * @memory: its memory, locked by the caller
 * @undo: the function; offlining in it fails with -EINTR when it takes more
 *	than two seconds, and @undo is called again, for 30 seconds in all
 *
 * Return: what @undo returned.
 */
int kmem_undo(struct kmem_memory *memory, int (*undo)(struct kmem_memory *));

#endif /* KMEM_UNDO_H */
