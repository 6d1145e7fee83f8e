// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to single blocks: a memory notifier. It refuses nothing to
 * others. It notices that they have changed a block, so that readers of the
 * device's state learn of it; and it keeps auto_online_blocks, which applies
 * inside add_memory_driver_managed(), from onlining blocks of a device that is
 * about to be onlined in another zone.
 */
#include <linux/jiffies.h>
#include <linux/kobject.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "kmem.h"

#define RETRY_JIFFIES (HZ / 10)

LIST_HEAD(kmem_list);
DEFINE_SPINLOCK(kmem_list_lock);

static struct kmem_memory *find_memory(unsigned long pfn)
{
	u64 address = PFN_PHYS(pfn);
	struct kmem_memory *memory;
	struct kmem_range *range;

	list_for_each_entry(memory, &kmem_list, list)
		kmem_for_each_range(memory, range)
			if (address >= range->range.start &&
			    address <= range->range.end)
				return memory;
	return NULL;
}

/* Would the kernel online the block as what it shall become? */
static bool may_auto_online(struct kmem_memory *memory, unsigned long pfn)
{
	bool movable = zone_idx(page_zone(pfn_to_page(pfn))) == ZONE_MOVABLE;

	switch (READ_ONCE(memory->adding)) {
	case KMEM_ADD_OFFLINE:
		return false;
	case MMOP_ONLINE_KERNEL:
		return !movable;
	case MMOP_ONLINE_MOVABLE:
		return movable;
	default:
		return true;
	}
}

static int own_step(struct kmem_memory *memory, unsigned long action,
		    unsigned long pfn)
{
	if (action == MEM_GOING_ONLINE && !may_auto_online(memory, pfn))
		return notifier_from_errno(-ECANCELED);
	return NOTIFY_OK;
}

static void others_step(struct kmem_memory *memory, unsigned long action)
{
	if (action != MEM_ONLINE && action != MEM_OFFLINE)
		return;
	WRITE_ONCE(memory->asked, MMOP_OFFLINE);
	if (memory->bound)
		schedule_delayed_work(&memory->tell, 0);
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

	spin_lock(&kmem_list_lock);
	memory = find_memory(notify->start_pfn);
	if (memory && READ_ONCE(memory->owner) == current)
		rc = own_step(memory, action, notify->start_pfn);
	else if (memory)
		others_step(memory, action);
	spin_unlock(&kmem_list_lock);
	return rc;
}

static struct notifier_block memory_nb = {
	.notifier_call = memory_callback,
};

/**
 * kmem_watch_tell() - report the state if it is another than last time
 * @memory: its memory; locked, bound
 */
void kmem_watch_tell(struct kmem_memory *memory)
{
	struct kobject *kobj = &memory->dev->kobj;
	int state = kmem_state(memory);
	char word[40];
	char *env[] = { word, NULL };

	if (state == memory->told)
		return;
	memory->told = state;
	sysfs_notify(kobj, NULL, "state");
	snprintf(word, sizeof(word), "DAX_STATE=%s", kmem_state_name(state));
	kobject_uevent_env(kobj, KOBJ_CHANGE, env);
}

/*
 * A block's state is set after its notifiers were called: false if somebody is
 * still at it.
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
 * A transition, or somebody's offlining, may take any time: come again rather
 * than sleep through it.
 */
static void tell_work(struct work_struct *work)
{
	struct delayed_work *tell = to_delayed_work(work);
	struct kmem_memory *memory =
		container_of(tell, struct kmem_memory, tell);
	bool told = false;

	if (mutex_trylock(&memory->lock)) {
		told = is_settled(memory);
		if (told)
			kmem_watch_tell(memory);
		mutex_unlock(&memory->lock);
	}
	if (!told)
		schedule_delayed_work(tell, RETRY_JIFFIES);
}

void kmem_watch_setup(struct kmem_memory *memory)
{
	INIT_DELAYED_WORK(&memory->tell, tell_work);
}

/* kmem_watch_start() - @dev is bound: its memory is in the list from now on */
void kmem_watch_start(struct kmem_memory *memory, struct device *dev)
{
	spin_lock(&kmem_list_lock);
	memory->dev = dev;
	memory->bound = true;
	list_add_tail(&memory->list, &kmem_list);
	spin_unlock(&kmem_list_lock);
}

/*
 * kmem_watch_stop() - the device is unbound. The memory is still in the list:
 * see kmem_remove_offline().
 */
void kmem_watch_stop(struct kmem_memory *memory)
{
	spin_lock(&kmem_list_lock);
	memory->bound = false;
	spin_unlock(&kmem_list_lock);
	cancel_delayed_work_sync(&memory->tell);
	spin_lock(&kmem_list_lock);
	memory->dev = NULL;
	spin_unlock(&kmem_list_lock);
}

int kmem_watch_init(void)
{
	return register_memory_notifier(&memory_nb);
}

void kmem_watch_exit(void)
{
	unregister_memory_notifier(&memory_nb);
}
