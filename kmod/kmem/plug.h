/* SPDX-License-Identifier: GPL-2.0-only */
/* A whole device in: all ranges, or none. */
#ifndef KMEM_PLUG_H
#define KMEM_PLUG_H

struct kmem_memory;

/**
 * kmem_plug() - give a device's memory to the kernel and online all of it
 * @memory: its memory, locked, nothing of it plugged
 * @type: MMOP_ONLINE, MMOP_ONLINE_KERNEL or MMOP_ONLINE_MOVABLE
 *
 * Return: 0; or a negative errno, -EINTR on a fatal signal, and then nothing
 * is plugged, unless the last error says that undoing failed.
 */
int kmem_plug(struct kmem_memory *memory, int type);

/**
 * kmem_plug_default() - what binding does in the in-tree driver
 * @memory: its memory, not locked; part of it may be plugged, if it was adopted
 *
 * Adds what is not plugged, and leaves onlining to auto_online_blocks and
 * userspace. A range that cannot be added is left out.
 *
 * Return: 0 if anything is plugged, else a negative errno.
 */
int kmem_plug_default(struct kmem_memory *memory);

#endif /* KMEM_PLUG_H */
