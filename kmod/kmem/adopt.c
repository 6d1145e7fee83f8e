// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that outlives its device's binding: unbinding cannot be refused, and
 * memory that is online cannot be removed. It stays in kmem_list without a
 * device. The next device that is bound over the same ranges takes it over.
 */
#include <linux/err.h>

#include "kmem.h"

static bool same_ranges(const struct kmem_memory *a,
			const struct kmem_memory *b)
{
	int i;

	if (a->nr != b->nr || a->node != b->node)
		return false;
	for (i = 0; i < a->nr; i++)
		if (a->ranges[i].range.start != b->ranges[i].range.start ||
		    a->ranges[i].range.end != b->ranges[i].range.end)
			return false;
	return true;
}

static bool overlap(struct kmem_memory *fresh, struct kmem_memory *stranded)
{
	struct kmem_range *a, *b;

	kmem_for_each_range(fresh, a)
		kmem_for_each_plugged(stranded, b)
			if (a->range.start <= b->range.end &&
			    b->range.start <= a->range.end)
				return true;
	return false;
}

/* Takes memory without a device that @match likes out of the list. */
static struct kmem_memory *take(struct kmem_memory *fresh,
				bool (*match)(struct kmem_memory *fresh,
					      struct kmem_memory *stranded))
{
	struct kmem_memory *memory, *found = NULL;

	spin_lock(&kmem_list_lock);
	list_for_each_entry(memory, &kmem_list, list) {
		if (!memory->dev && match(fresh, memory)) {
			list_del_init(&memory->list);
			found = memory;
			break;
		}
	}
	spin_unlock(&kmem_list_lock);
	return found;
}

static bool adoptable(struct kmem_memory *fresh, struct kmem_memory *stranded)
{
	return same_ranges(fresh, stranded);
}

static void put_back(struct kmem_memory *memory)
{
	spin_lock(&kmem_list_lock);
	list_add_tail(&memory->list, &kmem_list);
	spin_unlock(&kmem_list_lock);
}

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
struct kmem_memory *kmem_adopt(struct kmem_memory *fresh)
{
	struct kmem_memory *memory = take(fresh, adoptable);

	if (memory)
		return memory;

	while ((memory = take(fresh, overlap))) {
		kmem_remove_offline(memory);
		if (kmem_memory_plugged(memory)) {
			pr_warn("kmem: memory of a former %s, now of other ranges, is online and in the way: offline it, or bind a device of the former ranges\n",
				memory->name);
			put_back(memory);
			return ERR_PTR(-EBUSY);
		}
		kmem_memory_free(memory);
	}
	return NULL;
}
