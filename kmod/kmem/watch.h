/* SPDX-License-Identifier: GPL-2.0-only */
/* What happens to single blocks: a memory notifier. */
#ifndef KMEM_WATCH_H
#define KMEM_WATCH_H

struct device;
struct kmem_memory;

int kmem_watch_init(void);
void kmem_watch_exit(void);

/* kmem_watch_start() - @dev is bound: its memory is in the list from now on */
void kmem_watch_start(struct kmem_memory *memory, struct device *dev);

/*
 * kmem_watch_stop() - the device is unbound. The memory stays in the list until
 * it is freed.
 */
void kmem_watch_stop(struct kmem_memory *memory);

#endif /* KMEM_WATCH_H */
