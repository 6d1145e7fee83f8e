// SPDX-License-Identifier: GPL-2.0-only
#include "kmem/adopt.h"

#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/minmax.h>

#include "kmem/memory.h"
#include "kmem/unplug.h"

static bool same_ranges(struct kmem_memory *a, struct kmem_memory *b)
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

/* Takes memory without a device that @match is true for out of the list. */
static struct kmem_memory *take(struct kmem_memory *fresh,
				bool (*match)(struct kmem_memory *fresh,
					      struct kmem_memory *stranded))
{
	struct kmem_memory *memory, *found = NULL;

	spin_lock(&kmem_memory_list_lock);
	list_for_each_entry(memory, &kmem_memory_list, list) {
		if (!memory->dev && match(fresh, memory)) {
			list_del_init(&memory->list);
			found = memory;
			break;
		}
	}
	spin_unlock(&kmem_memory_list_lock);
	return found;
}

static void put_back(struct kmem_memory *memory)
{
	spin_lock(&kmem_memory_list_lock);
	list_add_tail(&memory->list, &kmem_memory_list);
	spin_unlock(&kmem_memory_list_lock);
}

/*
 * What the device is now. iomem shows the name, to readers that hold its lock
 * for reading: when adjust_resource() has had it, nobody has the former name.
 */
static void renew(struct kmem_memory *memory, struct kmem_memory *fresh)
{
	struct kmem_range *range;

	memory->mhp_flags = fresh->mhp_flags;
	swap(memory->name, fresh->name);
	kmem_for_each_plugged(memory, range) {
		WRITE_ONCE(range->res->name, memory->name);
		adjust_resource(range->res, range->res->start,
				resource_size(range->res));
	}
}

struct kmem_memory *kmem_adopt(struct kmem_memory *fresh)
{
	struct kmem_memory *memory = take(fresh, same_ranges);

	if (memory) {
		renew(memory, fresh);
		return memory;
	}

	while ((memory = take(fresh, overlap))) {
		kmem_unplug_offline(memory);
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
