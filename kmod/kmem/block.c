// SPDX-License-Identifier: GPL-2.0-only
/*
 * device_online() and device_offline() are not exported, the operations of the
 * memory subsystem's bus are reachable. They are serialized by the block's
 * device lock. device_hotplug_lock, which a module cannot take, guards
 * online_type: a concurrent writer of the block's state may change it between
 * kmem's setting and the kernel's reading of it. Then kmem's notifier refuses
 * the zone (watch.c), and the block is tried again.
 */
#include "kmem/block.h"

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/memory_hotplug.h>
#include <linux/mmzone.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "compat/device.h"

#define to_block(d) container_of(d, struct memory_block, dev)

/* How often a block is tried again that others put, or nearly put, into another
 * zone. */
#define ZONE_TRIES 3

/* How often a busy block is tried, and the first pause; each next one is twice
 * as long. act/blocks.c does the same with the in-tree kmem. */
#define OFFLINE_TRIES 4
#define OFFLINE_PAUSE_MS 100

static unsigned long block_of(u64 address)
{
	return div64_u64(address, memory_block_size_bytes());
}

static int collect(struct device *dev, void *data)
{
	struct kmem_blocks *blocks = data;
	unsigned long i = (unsigned long)dev->id - blocks->first;

	if (i < blocks->nr && !blocks->block[i])
		blocks->block[i] = to_block(get_device(dev));
	return 0;
}

static bool is_block(struct device *dev)
{
	return dev->bus && dev->bus->online && dev->bus->offline &&
	       !strcmp(dev->bus->name, "memory");
}

/*
 * The memory subsystem's bus is not exported, but every device is in one kset,
 * and a block leads to its bus. Anything may be called "memory32", for example
 * a network interface, so it is the bus that says what a device is.
 */
static struct device *find_any_block(struct device *any)
{
	struct kset *all = any->kobj.kset;
	struct kobject *kobj, *found = NULL;

	spin_lock(&all->list_lock);
	list_for_each_entry(kobj, &all->list, entry) {
		if (is_block(kobj_to_dev(kobj)))
			found = kobject_get_unless_zero(kobj);
		if (found)
			break;
	}
	spin_unlock(&all->list_lock);
	return found ? kobj_to_dev(found) : NULL;
}

struct kmem_blocks *kmem_blocks_get(struct device *any,
				    const struct range *range)
{
	unsigned int nr = block_of(range->end) - block_of(range->start) + 1;
	struct kmem_blocks *blocks;
	struct device *block;

	blocks = kvzalloc(struct_size(blocks, block, nr), GFP_KERNEL);
	if (!blocks)
		return NULL;
	blocks->nr = nr;
	blocks->first = block_of(range->start);
	/* Node 0 has one, at least. */
	block = find_any_block(any);
	if (block)
		bus_for_each_dev(block->bus, NULL, blocks, collect);
	put_device(block);
	return blocks;
}

void kmem_blocks_put(struct kmem_blocks *blocks)
{
	unsigned int i;

	for (i = 0; i < blocks->nr; i++)
		if (blocks->block[i])
			put_device(&blocks->block[i]->dev);
	kvfree(blocks);
}

int kmem_block_type(struct memory_block *block)
{
	struct zone *zone = READ_ONCE(block->zone);

	if (READ_ONCE(block->state) == MEM_OFFLINE)
		return MMOP_OFFLINE;
	if (zone && zone_idx(zone) == ZONE_MOVABLE)
		return MMOP_ONLINE_MOVABLE;
	return MMOP_ONLINE_KERNEL;
}

/* Both with the device lock held, as in device_online() and device_offline(). */
static int online_locked(struct device *dev, int type)
{
	int rc;

	if (!dev_offline(dev))
		return 0;
	to_block(dev)->online_type = type;
	rc = dev->bus->online(dev);
	if (rc)
		return rc;
	kobject_uevent(&dev->kobj, KOBJ_ONLINE);
	dev_assign_offline(dev, false);
	return 0;
}

static int offline_locked(struct device *dev)
{
	int rc;

	if (dev_offline(dev))
		return 0;
	if (dev_offline_disabled(dev))
		return -EPERM;
	rc = dev->bus->offline(dev);
	if (rc)
		return rc;
	kobject_uevent(&dev->kobj, KOBJ_OFFLINE);
	dev_assign_offline(dev, true);
	return 0;
}

int kmem_block_online(struct memory_block *block, int type)
{
	int tries = ZONE_TRIES, rc;

	rc = device_lock_interruptible(&block->dev);
	if (rc)
		return rc;
	do {
		rc = online_locked(&block->dev, type);
		if (rc == -ECANCELED) {
			rc = -EBUSY;
			continue;
		}
		if (rc || type == MMOP_ONLINE || kmem_block_type(block) == type)
			break;
		rc = offline_locked(&block->dev);
		if (!rc)
			rc = -EBUSY;
	} while (rc == -EBUSY && --tries);
	device_unlock(&block->dev);
	return rc;
}

static int try_offline(struct memory_block *block, int *ret_type)
{
	int type, rc;

	rc = device_lock_interruptible(&block->dev);
	if (rc)
		return rc;
	type = kmem_block_type(block);
	rc = offline_locked(&block->dev);
	device_unlock(&block->dev);
	if (!rc)
		*ret_type = type;
	return rc;
}

int kmem_block_offline(struct memory_block *block, int *ret_type)
{
	unsigned int pause = OFFLINE_PAUSE_MS;
	int tries = OFFLINE_TRIES, rc;

	for (;;) {
		rc = try_offline(block, ret_type);
		if ((rc != -EBUSY && rc != -EAGAIN) || !--tries)
			return rc;
		if (msleep_interruptible(pause))
			return -EINTR;
		pause *= 2;
	}
}

bool kmem_block_settled(struct memory_block *block)
{
	if (!device_trylock(&block->dev))
		return false;
	device_unlock(&block->dev);
	return true;
}
