// SPDX-License-Identifier: GPL-2.0-only
#include "device_dax/linger.h"

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/sched.h>

#include "device_dax/memmap.h"
#include "device_dax/pin.h"

#define RETRY_JIFFIES HZ

/* How long unloading the module waits before it gives a range up. */
#define EXIT_SECONDS 30

static LIST_HEAD(lingering);
static DEFINE_MUTEX(lingering_lock);
static struct workqueue_struct *queue;

static bool same_pages(const struct devdax *devdax,
		       const struct devdax_memmap *memmap)
{
	return memmap->dev == devdax->dev && memmap->align == devdax->align &&
	       memmap->nr == devdax->nr &&
	       !memcmp(memmap->ranges, devdax->ranges,
		       array_size(memmap->nr, sizeof(memmap->ranges[0])));
}

static bool overlaps_range(const struct devdax *devdax,
			   const struct devdax_range *range)
{
	int i;

	for (i = 0; i < devdax->nr; i++)
		if (devdax->ranges[i].pfn < range->pfn + range->nr &&
		    range->pfn < devdax->ranges[i].pfn + devdax->ranges[i].nr)
			return true;
	return false;
}

static bool overlaps(const struct devdax *devdax,
		     const struct devdax_memmap *memmap)
{
	int i;

	for (i = 0; i < memmap->nr; i++)
		if (overlaps_range(devdax, &memmap->ranges[i]))
			return true;
	return false;
}

/* With lingering_lock held. */
static struct devdax_memmap *find_overlapping(const struct devdax *devdax)
{
	struct devdax_memmap *memmap;

	list_for_each_entry(memmap, &lingering, list)
		if (overlaps(devdax, memmap))
			return memmap;
	return NULL;
}

/* The struct pages lie in the device's own memory, before its ranges. */
static bool has_own_memmap(const struct devdax_memmap *memmap)
{
	return memmap->pgmap->flags & PGMAP_ALTMAP_VALID;
}

static struct devdax_memmap *find_with_own_memmap(const struct device *dev)
{
	struct devdax_memmap *memmap;

	list_for_each_entry(memmap, &lingering, list)
		if (memmap->dev == dev && has_own_memmap(memmap))
			return memmap;
	return NULL;
}

static void put_in(struct devdax_memmap *memmap)
{
	mutex_lock(&lingering_lock);
	/* Fails only while the module is unloaded: then exit waits. */
	if (!memmap->holds_module)
		memmap->holds_module = try_module_get(THIS_MODULE);
	list_add_tail(&memmap->list, &lingering);
	queue_delayed_work(queue, &memmap->retry, RETRY_JIFFIES);
	mutex_unlock(&lingering_lock);
}

static void let_module_go(struct devdax_memmap *memmap)
{
	if (memmap->holds_module)
		module_put(THIS_MODULE);
	memmap->holds_module = false;
}

static void finish(struct devdax_memmap *memmap)
{
	let_module_go(memmap);
	devdax_memmap_free(memmap);
}

/*
 * Unlocks after @memmap was found, or NULL. Then only the caller knows it, and
 * nothing is scheduled for it.
 */
static struct devdax_memmap *take_out_unlock(struct devdax_memmap *memmap)
{
	if (memmap)
		list_del_init(&memmap->list);
	mutex_unlock(&lingering_lock);
	if (memmap)
		cancel_delayed_work_sync(&memmap->retry);
	return memmap;
}

static struct devdax_memmap *take_overlapping(const struct devdax *devdax)
{
	mutex_lock(&lingering_lock);
	return take_out_unlock(find_overlapping(devdax));
}

struct devdax_memmap *devdax_linger_adopt(struct devdax *devdax)
{
	struct devdax_memmap *memmap;

	while ((memmap = take_overlapping(devdax))) {
		if (same_pages(devdax, memmap)) {
			let_module_go(memmap);
			return memmap;
		}
		if (devdax_pins_any(memmap)) {
			dev_warn(devdax->dev,
				 "references are held on pages of what was %s: they must go first\n",
				 memmap->name);
			put_in(memmap);
			return ERR_PTR(-EBUSY);
		}
		finish(memmap);
	}
	return NULL;
}

/* The pages are read without the lock: who takes them out waits for this. */
static void retry(struct work_struct *work)
{
	struct delayed_work *delayed = to_delayed_work(work);
	struct devdax_memmap *memmap =
		container_of(delayed, struct devdax_memmap, retry);
	bool is_pinned = devdax_pins_any(memmap);

	mutex_lock(&lingering_lock);
	if (list_empty(&memmap->list))
		goto unlock;
	if (is_pinned) {
		queue_delayed_work(queue, delayed, RETRY_JIFFIES);
		goto unlock;
	}
	dev_info(memmap->dev, "the last reference on its pages is gone\n");
	list_del_init(&memmap->list);
	finish(memmap);
unlock:
	mutex_unlock(&lingering_lock);
}

void devdax_linger_release(struct devdax_memmap *memmap)
{
	if (!devdax_pins_any(memmap)) {
		devdax_memmap_free(memmap);
		return;
	}
	dev_warn(memmap->dev,
		 "references are held on its pages: they and the range stay until those are gone\n");
	INIT_DELAYED_WORK(&memmap->retry, retry);
	put_in(memmap);
}

static void wait_for_pins(struct devdax_memmap *memmap)
{
	while (devdax_pins_any(memmap))
		schedule_timeout_idle(HZ / 10);
}

/*
 * A device is gone. What it lay in follows, a namespace for example, and with
 * that the place of the struct pages, which is not reserved by this driver.
 * That cannot be refused, but it can be made to wait.
 */
static int device_removed(struct notifier_block *nb, unsigned long action,
			  void *data)
{
	struct devdax_memmap *memmap;

	if (action != BUS_NOTIFY_REMOVED_DEVICE)
		return NOTIFY_DONE;
	mutex_lock(&lingering_lock);
	memmap = take_out_unlock(find_with_own_memmap(data));
	if (!memmap)
		return NOTIFY_DONE;
	dev_warn(memmap->dev,
		 "its struct pages lie in its own memory: removing it waits for the references\n");
	wait_for_pins(memmap);
	finish(memmap);
	return NOTIFY_OK;
}

static struct notifier_block removed_nb = {
	.notifier_call = device_removed,
};

int devdax_linger_watch(struct device_driver *drv)
{
	return bus_register_notifier(drv->bus, &removed_nb);
}

void devdax_linger_unwatch(struct device_driver *drv)
{
	bus_unregister_notifier(drv->bus, &removed_nb);
}

int devdax_linger_init(void)
{
	queue = alloc_workqueue("device_dax", WQ_UNBOUND, 0);
	return queue ? 0 : -ENOMEM;
}

/* The struct pages, the reservation and the device are lost, not misused. */
static void give_up(struct devdax_memmap *memmap)
{
	dev_err(memmap->dev,
		"references on its pages did not go within %d s: the range is lost until the next boot\n",
		EXIT_SECONDS);
	devdax_pins_forget(memmap);
}

static struct devdax_memmap *take_first(void)
{
	mutex_lock(&lingering_lock);
	return take_out_unlock(list_first_entry_or_null(&lingering,
							struct devdax_memmap,
							list));
}

/*
 * No device is bound any more; what is in the list was bound until now. Struct
 * pages that somebody else would overwrite cannot be given up.
 */
void devdax_linger_exit(void)
{
	unsigned long end = jiffies + EXIT_SECONDS * HZ;
	struct devdax_memmap *memmap;

	while ((memmap = take_first())) {
		if (has_own_memmap(memmap))
			wait_for_pins(memmap);
		while (devdax_pins_any(memmap) && time_before(jiffies, end))
			msleep(100);
		if (devdax_pins_any(memmap))
			give_up(memmap);
		else
			devdax_memmap_free(memmap);
	}
	destroy_workqueue(queue);
}
