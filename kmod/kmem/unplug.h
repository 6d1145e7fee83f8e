/* SPDX-License-Identifier: GPL-2.0-only */
/* A whole device out: all ranges, or every block is as it was. */
#ifndef KMEM_UNPLUG_H
#define KMEM_UNPLUG_H

struct kmem_memory;

/**
 * kmem_unplug() - take all of a device's memory back from the kernel
 * @memory: its memory, locked; plugged, online or not
 *
 * Return: 0; or a negative errno, -EINTR on a signal, and then every block is
 * as it was, unless the last error says that undoing failed.
 */
int kmem_unplug(struct kmem_memory *memory);

/**
 * kmem_unplug_offline() - take back the ranges that are wholly offline
 * @memory: its memory, not locked
 *
 * Ranges with a block online stay plugged.
 */
void kmem_unplug_offline(struct kmem_memory *memory);

#endif /* KMEM_UNPLUG_H */
