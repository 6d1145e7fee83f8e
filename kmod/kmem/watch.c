// SPDX-License-Identifier: GPL-2.0-only
/*
 * The notifier notices that others have changed a block, so that readers of the
 * device's state learn of it. While a device is being onlined in a zone it
 * refuses to online blocks of it in another: a udev rule or auto_online_blocks
 * may be faster than kmem, and a block that was in a kernel zone for a moment
 * may never leave it. Nothing else is refused to others.
 */
#include "kmem/watch.h"

#include <linux/jiffies.h>
#include <linux/kobject.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "kmem/block.h"
#include "kmem/memory.h"
#include "kmem/state.h"

#define RETRY_JIFFIES (HZ / 10)

static struct kmem_memory *find_memory(unsigned long pfn)
{
	u64 address = PFN_PHYS(pfn);
	struct kmem_memory *memory;
	struct kmem_range *range;

	list_for_each_entry(memory, &kmem_memory_list, list)
		kmem_for_each_range(memory, range)
			if (address >= range->range.start &&
			    address <= range->range.end)
				return memory;
	return NULL;
}

static bool may_go_online(struct kmem_memory *memory, unsigned long pfn)
{
	bool movable = zone_idx(page_zone(pfn_to_page(pfn))) == ZONE_MOVABLE;

	if (READ_ONCE(memory->owner) == current &&
	    READ_ONCE(memory->keep_offline))
		return false;
	switch (READ_ONCE(memory->plugging)) {
	case MMOP_ONLINE_KERNEL:
		return !movable;
	case MMOP_ONLINE_MOVABLE:
		return movable;
	default:
		return true;
	}
}

static void others_step(struct kmem_memory *memory, unsigned long action)
{
	if (action != MEM_ONLINE && action != MEM_OFFLINE)
		return;
	WRITE_ONCE(memory->asked, MMOP_OFFLINE);
	if (memory->bound)
		schedule_delayed_work(&memory->report, 0);
}

static int memory_callback(struct notifier_block *nb, unsigned long action,
			   void *data)
{
	struct memory_notify *notify = data;
	struct kmem_memory *memory;
	int rc = NOTIFY_OK;

	if (action != MEM_GOING_ONLINE && action != MEM_ONLINE &&
	    action != MEM_OFFLINE)
		return NOTIFY_OK;

	spin_lock(&kmem_memory_list_lock);
	memory = find_memory(notify->start_pfn);
	if (memory && action == MEM_GOING_ONLINE &&
	    !may_go_online(memory, notify->start_pfn))
		rc = notifier_from_errno(-ECANCELED);
	else if (memory && READ_ONCE(memory->owner) != current)
		others_step(memory, action);
	spin_unlock(&kmem_memory_list_lock);
	return rc;
}

static struct notifier_block memory_nb = {
	.notifier_call = memory_callback,
};

/*
 * A block's state is set after its notifiers were called: false while somebody
 * is changing one.
 */
static bool is_settled(struct kmem_memory *memory)
{
	struct kmem_blocks *blocks;
	struct kmem_range *range;
	bool settled = true;
	unsigned int i;

	kmem_for_each_plugged(memory, range) {
		blocks = kmem_blocks_get(memory->dev, &range->range);
		if (!blocks)
			return false;
		for (i = 0; i < blocks->nr && settled; i++)
			if (blocks->block[i])
				settled = kmem_block_settled(blocks->block[i]);
		kmem_blocks_put(blocks);
	}
	return settled;
}

/*
 * A transition, or another program's offlining, may take any time: try again
 * later rather than sleep through it.
 */
static void report_work(struct work_struct *work)
{
	struct delayed_work *report = to_delayed_work(work);
	struct kmem_memory *memory =
		container_of(report, struct kmem_memory, report);
	bool reported = false;

	if (mutex_trylock(&memory->lock)) {
		reported = is_settled(memory);
		if (reported)
			kmem_state_report(memory);
		mutex_unlock(&memory->lock);
	}
	if (!reported)
		schedule_delayed_work(report, RETRY_JIFFIES);
}

void kmem_watch_start(struct kmem_memory *memory, struct device *dev)
{
	INIT_DELAYED_WORK(&memory->report, report_work);
	spin_lock(&kmem_memory_list_lock);
	memory->dev = dev;
	memory->bound = true;
	list_add_tail(&memory->list, &kmem_memory_list);
	spin_unlock(&kmem_memory_list_lock);
}

void kmem_watch_stop(struct kmem_memory *memory)
{
	spin_lock(&kmem_memory_list_lock);
	memory->bound = false;
	spin_unlock(&kmem_memory_list_lock);
	cancel_delayed_work_sync(&memory->report);
	spin_lock(&kmem_memory_list_lock);
	memory->dev = NULL;
	spin_unlock(&kmem_memory_list_lock);
}

int kmem_watch_init(void)
{
	return register_memory_notifier(&memory_nb);
}

void kmem_watch_exit(void)
{
	unregister_memory_notifier(&memory_nb);
}
