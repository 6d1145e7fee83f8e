// SPDX-License-Identifier: GPL-2.0-only
#include "device_dax/memmap.h"

#include <linux/device.h>
#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/log2.h>
#include <linux/pfn.h>
#include <linux/slab.h>

static resource_size_t range_size(const struct devdax_range *range)
{
	return (resource_size_t)range->nr << PAGE_SHIFT;
}

static void unreserve(struct devdax_memmap *memmap)
{
	const struct devdax_range *range;

	while (memmap->nr_reserved) {
		range = &memmap->ranges[--memmap->nr_reserved];
		release_mem_region(PFN_PHYS(range->pfn), range_size(range));
	}
}

static int reserve(struct devdax_memmap *memmap)
{
	const struct devdax_range *range;

	while (memmap->nr_reserved < memmap->nr) {
		range = &memmap->ranges[memmap->nr_reserved];
		if (!request_mem_region(PFN_PHYS(range->pfn), range_size(range),
					memmap->name)) {
			dev_warn(memmap->dev,
				 "mapping%d: %#llx-%#llx is reserved by another driver\n",
				 memmap->nr_reserved, PFN_PHYS(range->pfn),
				 PFN_PHYS(range->pfn) + range_size(range) - 1);
			unreserve(memmap);
			return -EBUSY;
		}
		memmap->nr_reserved++;
	}
	return 0;
}

/*
 * A static region's provider says where the struct pages go (altmap), and that
 * the whole of its namespace has some. Its pgmap is copied, since the copy
 * may have to live longer than the device.
 */
static struct dev_pagemap *copy_static(const struct dev_dax *dev_dax)
{
	return kmemdup(dev_dax->pgmap, sizeof(*dev_dax->pgmap), GFP_KERNEL);
}

static struct dev_pagemap *make_dynamic(const struct dev_dax *dev_dax)
{
	struct dev_pagemap *pgmap;
	int i;

	pgmap = kzalloc(struct_size(pgmap, ranges, dev_dax->nr_range),
			GFP_KERNEL);
	if (!pgmap)
		return NULL;
	for (i = 0; i < dev_dax->nr_range; i++)
		pgmap->ranges[i] = dev_dax->ranges[i].range;
	pgmap->nr_range = dev_dax->nr_range;
	return pgmap;
}

static struct dev_pagemap *create_pgmap(struct devdax_memmap *memmap,
					struct dev_dax *dev_dax,
					const struct dev_pagemap_ops *ops)
{
	bool is_static = static_dev_dax(dev_dax);
	struct dev_pagemap *pgmap;

	if (is_static != !!dev_dax->pgmap ||
	    (is_static && dev_dax->nr_range > 1)) {
		dev_warn(memmap->dev,
			 "a %s device with %d ranges and %s page map\n",
			 is_static ? "static" : "dynamic", dev_dax->nr_range,
			 dev_dax->pgmap ? "a" : "no");
		return ERR_PTR(-EINVAL);
	}
	pgmap = is_static ? copy_static(dev_dax) : make_dynamic(dev_dax);
	if (!pgmap)
		return ERR_PTR(-ENOMEM);
	pgmap->type = MEMORY_DEVICE_GENERIC;
	pgmap->vmemmap_shift = ilog2(memmap->align >> PAGE_SHIFT);
	pgmap->ops = ops;
	pgmap->owner = memmap;
	return pgmap;
}

static struct devdax_memmap *alloc_memmap(const struct devdax *devdax)
{
	struct devdax_memmap *memmap;

	memmap = kzalloc(struct_size(memmap, ranges, devdax->nr), GFP_KERNEL);
	if (!memmap)
		return NULL;
	memmap->name = kstrdup(dev_name(devdax->dev), GFP_KERNEL);
	if (!memmap->name) {
		kfree(memmap);
		return NULL;
	}
	INIT_LIST_HEAD(&memmap->list);
	memmap->dev = get_device(devdax->dev);
	memmap->align = devdax->align;
	memmap->nr = devdax->nr;
	memcpy(memmap->ranges, devdax->ranges,
	       array_size(devdax->nr, sizeof(devdax->ranges[0])));
	return memmap;
}

static void free_memmap(struct devdax_memmap *memmap)
{
	put_device(memmap->dev);
	kfree(memmap->name);
	kfree(memmap);
}

struct devdax_memmap *devdax_memmap_create(struct devdax *devdax,
					   const struct dev_pagemap_ops *ops)
{
	struct devdax_memmap *memmap = alloc_memmap(devdax);
	void *addr;
	int rc;

	if (!memmap)
		return ERR_PTR(-ENOMEM);
	memmap->pgmap = create_pgmap(memmap, devdax->dev_dax, ops);
	if (IS_ERR(memmap->pgmap)) {
		rc = PTR_ERR(memmap->pgmap);
		goto err_memmap;
	}
	rc = reserve(memmap);
	if (rc)
		goto err_pgmap;
	addr = memremap_pages(memmap->pgmap, dev_to_node(devdax->dev));
	if (IS_ERR(addr)) {
		rc = PTR_ERR(addr);
		goto err_reserved;
	}
	return memmap;

err_reserved:
	unreserve(memmap);
err_pgmap:
	kfree(memmap->pgmap);
err_memmap:
	free_memmap(memmap);
	return ERR_PTR(rc);
}

void devdax_memmap_free(struct devdax_memmap *memmap)
{
	memunmap_pages(memmap->pgmap);
	unreserve(memmap);
	kfree(memmap->pgmap);
	free_memmap(memmap);
}
