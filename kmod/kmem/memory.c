// SPDX-License-Identifier: GPL-2.0-only
#include "kmem/memory.h"

#include <linux/err.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kmem/tier.h"

LIST_HEAD(kmem_memory_list);
DEFINE_SPINLOCK(kmem_memory_list_lock);

/* Hot-plugging works in whole memory blocks: false if there is none. */
static bool cut_to_blocks(const struct range *range, struct range *ret)
{
	u64 size = memory_block_size_bytes();
	u64 start = ALIGN(range->start, size);
	u64 end = ALIGN_DOWN(range->end + 1, size);

	if (start >= end)
		return false;
	ret->start = start;
	ret->end = end - 1;
	return true;
}

static void find_ranges(struct kmem_memory *memory, struct dev_dax *dev_dax)
{
	int i;

	for (i = 0; i < dev_dax->nr_range; i++) {
		const struct range *range = &dev_dax->ranges[i].range;

		if (!cut_to_blocks(range, &memory->ranges[memory->nr].range)) {
			dev_info(&dev_dax->dev,
				 "mapping%d: %#llx-%#llx has no whole memory block\n",
				 i, range->start, range->end);
			continue;
		}
		memory->ranges[memory->nr++].index = i;
	}
}

struct kmem_memory *kmem_memory_create(struct dev_dax *dev_dax)
{
	struct device *dev = &dev_dax->dev;
	struct kmem_memory *memory;

	/* Slow memory on a wrong node would be there for everybody. */
	if (dev_dax->target_node < 0) {
		dev_warn(dev, "it belongs to no NUMA node (%d)\n",
			 dev_dax->target_node);
		return ERR_PTR(-EINVAL);
	}

	memory = kzalloc(struct_size(memory, ranges, dev_dax->nr_range),
			 GFP_KERNEL);
	if (!memory)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&memory->list);
	mutex_init(&memory->lock);
	kmem_error_init(&memory->last_error);
	memory->node = dev_dax->target_node;
	memory->mgid = -1;
	memory->mhp_flags = MHP_NID_IS_MGID;
	if (dev_dax_memmap_on_memory(dev_dax))
		memory->mhp_flags |= MHP_MEMMAP_ON_MEMORY;

	memory->name = kstrdup(dev_name(dev), GFP_KERNEL);
	if (!memory->name) {
		kfree(memory);
		return ERR_PTR(-ENOMEM);
	}

	find_ranges(memory, dev_dax);
	if (!memory->nr) {
		dev_warn(dev, "it has no whole memory block of %#lx bytes\n",
			 memory_block_size_bytes());
		kmem_memory_free(memory);
		return ERR_PTR(-EINVAL);
	}
	return memory;
}

void kmem_memory_free(struct kmem_memory *memory)
{
	spin_lock(&kmem_memory_list_lock);
	list_del_init(&memory->list);
	spin_unlock(&kmem_memory_list_lock);
	kfree(memory->name);
	kfree(memory);
}

int kmem_memory_lock(struct kmem_memory *memory)
{
	int rc = mutex_lock_killable(&memory->lock);

	if (!rc)
		WRITE_ONCE(memory->owner, current);
	return rc;
}

void kmem_memory_unlock(struct kmem_memory *memory)
{
	WRITE_ONCE(memory->owner, NULL);
	mutex_unlock(&memory->lock);
}

int kmem_memory_open(struct kmem_memory *memory)
{
	struct memory_dev_type *mtype;
	struct kmem_range *range;
	unsigned long pages = 0;
	int rc;

	if (memory->mgid >= 0)
		return 0;

	kmem_for_each_range(memory, range)
		pages += PFN_UP(range_len(&range->range));

	mtype = kmem_tier_join(memory->node);
	if (IS_ERR(mtype))
		return PTR_ERR(mtype);

	rc = memory_group_register_static(memory->node, pages);
	if (rc < 0)
		goto err_tier;
	memory->mgid = rc;
	memory->mtype = mtype;
	__module_get(THIS_MODULE);
	return 0;

err_tier:
	kmem_tier_leave(memory->node, mtype);
	return rc;
}

void kmem_memory_close(struct kmem_memory *memory)
{
	if (memory->mgid < 0 || kmem_memory_plugged(memory))
		return;
	memory_group_unregister(memory->mgid);
	memory->mgid = -1;
	memory->asked = MMOP_OFFLINE;
	kmem_tier_leave(memory->node, memory->mtype);
	memory->mtype = NULL;
	module_put(THIS_MODULE);
}

u64 kmem_memory_plugged(struct kmem_memory *memory)
{
	struct kmem_range *range;
	u64 bytes = 0;

	kmem_for_each_plugged(memory, range)
		bytes += range_len(&range->range);
	return bytes;
}
