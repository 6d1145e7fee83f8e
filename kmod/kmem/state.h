/* SPDX-License-Identifier: GPL-2.0-only */
/* What a device's blocks are, taken together, and reporting that it changed. */
#ifndef KMEM_STATE_H
#define KMEM_STATE_H

#include <linux/types.h>

struct kmem_memory;

/* A state besides MMOP_*. */
#define KMEM_UNPLUGGED (-1)

/**
 * kmem_state() - what the device's blocks are now, taken together
 * @memory: its memory; bound
 *
 * Return: KMEM_UNPLUGGED, MMOP_OFFLINE unless all blocks of all plugged ranges
 * are online, else how they are. MMOP_ONLINE if that was asked for, or if they
 * are in different zones. Without memory to count in: MMOP_OFFLINE.
 */
int kmem_state(struct kmem_memory *memory);

/* kmem_state_name() - the word for it in sysfs, a constant string */
const char *kmem_state_name(int state);

/**
 * kmem_state_parse() - what a write asks for
 * @buf: the word
 * @ret_state: the state, if this succeeds
 *
 * Return: 0, or -EINVAL; also for "offline": only single blocks can be made so.
 */
int kmem_state_parse(const char *buf, int *ret_state);

/* kmem_state_online_bytes() - 0, or -ENOMEM; @memory is bound */
int kmem_state_online_bytes(struct kmem_memory *memory, u64 *ret_bytes);

/**
 * kmem_state_report() - wake pollers and send a uevent if the state changed
 * @memory: its memory; locked, bound
 */
void kmem_state_report(struct kmem_memory *memory);

#endif /* KMEM_STATE_H */
