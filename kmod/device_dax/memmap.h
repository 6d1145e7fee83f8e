/* SPDX-License-Identifier: GPL-2.0-only */
/* The struct pages of a device, and its reservation in iomem. */
#ifndef DEVDAX_MEMMAP_H
#define DEVDAX_MEMMAP_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/memremap.h>
#include <linux/workqueue.h>

#include "device_dax/devdax.h"

/**
 * struct devdax_pin_position - a page of a memory map
 * @range: which of its ranges
 * @page: number in the range
 */
struct devdax_pin_position {
	int range;
	unsigned long page;
};

/**
 * struct devdax_memmap - the struct pages of a device
 * @list: in the list of those without a device, under lingering_lock
 * @dev: the device, with a reference: the pages lead to its inode
 * @name: the device's, as iomem shows it
 * @pgmap: for the kernel; its owner is this
 * @align: of the device when it was bound: size of a (compound) page
 * @nr_poison: page frames in which memory failed (poison.c)
 * @pinned: of the page that was found to be referenced last (pin.c)
 * @retry: checks whether the last reference is gone
 * @holds_module: @retry will let go of the module
 * @nr_reserved: how many of @ranges are reserved in iomem
 * @nr: number of @ranges
 * @ranges: sorted by their offset in the device
 */
struct devdax_memmap {
	struct list_head list;
	struct device *dev;
	const char *name;
	struct dev_pagemap *pgmap;
	unsigned long align;
	atomic_long_t nr_poison;
	struct devdax_pin_position pinned;
	struct delayed_work retry;
	bool holds_module;
	int nr_reserved;
	int nr;
	struct devdax_range ranges[];
};

/**
 * devdax_memmap_create() - struct pages for a device
 * @devdax: the device
 * @ops: what the kernel calls about these pages; pgmap->owner is the memory map
 *
 * Return: its memory map, or an ERR_PTR: -EBUSY if something else uses the
 * range, others as the kernel returned them.
 */
struct devdax_memmap *devdax_memmap_create(struct devdax *devdax,
					   const struct dev_pagemap_ops *ops);

/* devdax_memmap_free() - the pages have no references, and get none */
void devdax_memmap_free(struct devdax_memmap *memmap);

#endif /* DEVDAX_MEMMAP_H */
