// SPDX-License-Identifier: GPL-2.0-only
#include "device_dax/poison.h"

#include <linux/dax.h>
#include <linux/kobject.h>
#include <linux/mm.h>
#include <linux/sysfs.h>
#include <linux/xarray.h>

#include "device_dax/minor.h"

/* Page frames in which memory failed: the pages go, the failure stays. */
static DEFINE_XARRAY(failed);

static void remember(struct devdax_memmap *memmap, unsigned long pfn)
{
	/* Without memory for it, the page is mapped again and fails again. */
	if (!xa_insert(&failed, pfn, xa_mk_value(0), GFP_KERNEL))
		atomic_long_inc(&memmap->nr_poison);
}

/* The attribute is there as long as the device is alive. */
static void report(struct devdax_memmap *memmap, unsigned long pfn)
{
	struct devdax *devdax;
	char word[48];
	char *env[] = { word, NULL };
	int id;

	snprintf(word, sizeof(word), "DAX_POISON=%#llx", PFN_PHYS(pfn));
	id = dax_read_lock();
	devdax = devdax_minor_find(MINOR(memmap->dev->devt));
	if (devdax && READ_ONCE(devdax->alive)) {
		sysfs_notify(&memmap->dev->kobj, NULL, "poisoned_pages");
		kobject_uevent_env(&memmap->dev->kobj, KOBJ_CHANGE, env);
	}
	dax_read_unlock(id);
}

/*
 * Called with a reference on the pgmap. The kernel's handler finds mappings
 * through the page; one that was never mapped has none, and nobody to kill.
 */
static int memory_failure_hook(struct dev_pagemap *pgmap, unsigned long pfn,
			       unsigned long nr_pages, int mf_flags)
{
	struct devdax_memmap *memmap = pgmap->owner;
	struct folio *folio = pfn_folio(pfn);
	unsigned long i;

	for (i = 0; i < nr_pages; i++)
		remember(memmap, pfn + i);
	dev_warn(memmap->dev, "memory failure at %#llx\n", PFN_PHYS(pfn));
	report(memmap, pfn);
	return READ_ONCE(folio->mapping) ? -EOPNOTSUPP : 0;
}

const struct dev_pagemap_ops devdax_poison_ops = {
	.memory_failure = memory_failure_hook,
};

void devdax_poison_count(struct devdax_memmap *memmap)
{
	const struct devdax_range *range;
	unsigned long pfn;
	void *entry;
	long nr = 0;

	for (range = memmap->ranges; range < memmap->ranges + memmap->nr;
	     range++)
		xa_for_each_range(&failed, pfn, entry, range->pfn,
				  range->pfn + range->nr - 1) nr++;
	atomic_long_set(&memmap->nr_poison, nr);
}

bool devdax_poison_find(unsigned long pfn)
{
	return xa_load(&failed, pfn);
}

void devdax_poison_exit(void)
{
	xa_destroy(&failed);
}
