/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that outlives its device's binding: unbinding cannot be refused, and
 * memory that is online cannot be removed. It stays in kmem_memory_list without
 * a device. The next device that is bound over the same ranges takes it over.
 */
#ifndef KMEM_ADOPT_H
#define KMEM_ADOPT_H

struct kmem_memory;

/**
 * kmem_adopt() - find memory that an earlier binding left
 * @fresh: what the device to be bound could give
 *
 * Memory of other ranges that overlap the device's is in its way. It is
 * removed if somebody has taken it offline meanwhile.
 *
 * Return: memory to use instead of @fresh, NULL if there is none, or
 * ERR_PTR(-EBUSY) if other memory is in the way.
 */
struct kmem_memory *kmem_adopt(struct kmem_memory *fresh);

#endif /* KMEM_ADOPT_H */
