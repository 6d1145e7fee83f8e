// SPDX-License-Identifier: GPL-2.0-only
#include "device_dax/linger.h"

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/module.h>

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

/* Both with lingering_lock held. */

static struct devdax_memmap *find_overlapping(const struct devdax *devdax)
{
	struct devdax_memmap *memmap;

	list_for_each_entry(memmap, &lingering, list)
		if (overlaps(devdax, memmap))
			return memmap;
	return NULL;
}

/* After this only the caller knows it, and its work. */
static void take_out(struct devdax_memmap *memmap)
{
	list_del_init(&memmap->list);
	if (memmap->holds_module)
		module_put(THIS_MODULE);
	memmap->holds_module = false;
}

/*
 * Takes out what overlaps the device's ranges: to use it if it is @ret_same, to
 * free it if not.
 */
static struct devdax_memmap *take_overlapping(const struct devdax *devdax,
					      bool *ret_same)
{
	struct devdax_memmap *memmap;
	u64 pins;

	mutex_lock(&lingering_lock);
	memmap = find_overlapping(devdax);
	if (!memmap)
		goto unlock;
	*ret_same = same_pages(devdax, memmap);
	pins = *ret_same ? 0 : devdax_pins(memmap);
	if (pins) {
		dev_warn(devdax->dev,
			 "%llu references are held on pages of what was %s: they must go first\n",
			 pins, memmap->name);
		memmap = ERR_PTR(-EBUSY);
		goto unlock;
	}
	take_out(memmap);
unlock:
	mutex_unlock(&lingering_lock);
	if (!IS_ERR_OR_NULL(memmap))
		cancel_delayed_work_sync(&memmap->retry);
	return memmap;
}

struct devdax_memmap *devdax_linger_adopt(struct devdax *devdax)
{
	struct devdax_memmap *memmap;
	bool is_same;

	for (;;) {
		memmap = take_overlapping(devdax, &is_same);
		if (IS_ERR_OR_NULL(memmap) || is_same)
			return memmap;
		devdax_memmap_free(memmap);
	}
}

static void retry(struct work_struct *work)
{
	struct delayed_work *delayed = to_delayed_work(work);
	struct devdax_memmap *memmap =
		container_of(delayed, struct devdax_memmap, retry);

	mutex_lock(&lingering_lock);
	if (list_empty(&memmap->list))
		goto unlock; /* the task that took it out waits for this */
	if (devdax_pins(memmap)) {
		queue_delayed_work(queue, delayed, RETRY_JIFFIES);
		goto unlock;
	}
	dev_info(memmap->dev, "the last reference on its pages is gone\n");
	take_out(memmap);
	devdax_memmap_free(memmap);
unlock:
	mutex_unlock(&lingering_lock);
}

void devdax_linger_release(struct devdax_memmap *memmap)
{
	u64 pins = devdax_pins(memmap);

	if (!pins) {
		devdax_memmap_free(memmap);
		return;
	}
	dev_warn(memmap->dev,
		 "%llu references are held on its pages: they and the range stay until those are gone\n",
		 pins);
	mutex_lock(&lingering_lock);
	/* Fails only while the module is unloaded: then exit waits. */
	memmap->holds_module = try_module_get(THIS_MODULE);
	INIT_DELAYED_WORK(&memmap->retry, retry);
	list_add_tail(&memmap->list, &lingering);
	queue_delayed_work(queue, &memmap->retry, RETRY_JIFFIES);
	mutex_unlock(&lingering_lock);
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
	struct devdax_memmap *memmap;

	mutex_lock(&lingering_lock);
	memmap = list_first_entry_or_null(&lingering, struct devdax_memmap,
					  list);
	if (memmap)
		take_out(memmap);
	mutex_unlock(&lingering_lock);
	return memmap;
}

/* No device is bound any more; what is in the list was bound until now. */
void devdax_linger_exit(void)
{
	unsigned long end = jiffies + EXIT_SECONDS * HZ;
	struct devdax_memmap *memmap;

	while ((memmap = take_first())) {
		cancel_delayed_work_sync(&memmap->retry);
		while (devdax_pins(memmap) && time_before(jiffies, end))
			msleep(100);
		if (devdax_pins(memmap))
			give_up(memmap);
		else
			devdax_memmap_free(memmap);
	}
	destroy_workqueue(queue);
}
