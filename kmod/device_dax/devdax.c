// SPDX-License-Identifier: GPL-2.0-only
#include "device_dax/devdax.h"

#include <linux/device.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/sort.h>

static int by_pgoff(const void *a, const void *b)
{
	const struct devdax_range *x = a, *y = b;

	if (x->pgoff == y->pgoff)
		return 0;
	return x->pgoff < y->pgoff ? -1 : 1;
}

/*
 * The dax bus checks the length of ranges, not where they start: with pages
 * that are larger than what lies before it a range may start within one.
 */
static int copy_ranges(struct devdax *devdax, const struct dev_dax *dev_dax)
{
	int i;

	for (i = 0; i < devdax->nr; i++) {
		const struct range *range = &dev_dax->ranges[i].range;

		if (!IS_ALIGNED(range->start, devdax->align) ||
		    !IS_ALIGNED(range_len(range), devdax->align)) {
			dev_warn(devdax->dev,
				 "mapping%d: %#llx-%#llx is not made of pages of %#lx bytes\n",
				 i, range->start, range->end, devdax->align);
			return -EINVAL;
		}
		devdax->ranges[i].pgoff = dev_dax->ranges[i].pgoff;
		devdax->ranges[i].nr = PHYS_PFN(range_len(range));
		devdax->ranges[i].pfn = PHYS_PFN(range->start);
	}
	sort(devdax->ranges, devdax->nr, sizeof(devdax->ranges[0]), by_pgoff,
	     NULL);
	return 0;
}

struct devdax *devdax_create(struct dev_dax *dev_dax)
{
	struct devdax *devdax;
	int rc = -ENOMEM;

	devdax = kzalloc(struct_size(devdax, ranges, dev_dax->nr_range),
			 GFP_KERNEL);
	if (!devdax)
		return ERR_PTR(-ENOMEM);
	devdax->faults = alloc_percpu(struct devdax_faults);
	if (!devdax->faults)
		goto err_free;
	devdax->dev = &dev_dax->dev;
	devdax->dev_dax = dev_dax;
	devdax->align = dev_dax->align;
	devdax->nr = dev_dax->nr_range;
	rc = copy_ranges(devdax, dev_dax);
	if (rc)
		goto err_faults;
	kref_init(&devdax->ref);
	spin_lock_init(&devdax->lock);
	get_device(devdax->dev);
	return devdax;

err_faults:
	free_percpu(devdax->faults);
err_free:
	kfree(devdax);
	return ERR_PTR(rc);
}

static void release(struct kref *ref)
{
	struct devdax *devdax = container_of(ref, struct devdax, ref);

	put_device(devdax->dev);
	free_percpu(devdax->faults);
	kfree(devdax);
}

void devdax_put(struct devdax *devdax)
{
	kref_put(&devdax->ref, release);
}

unsigned long devdax_pfn(const struct devdax *devdax, pgoff_t pgoff)
{
	const struct devdax_range *ranges = devdax->ranges;
	int low = 0, high = devdax->nr - 1, middle;

	while (low < high) {
		middle = (low + high + 1) / 2;
		if (ranges[middle].pgoff <= pgoff)
			low = middle;
		else
			high = middle - 1;
	}
	if (pgoff - ranges[low].pgoff >= ranges[low].nr)
		return 0;
	return ranges[low].pfn + (pgoff - ranges[low].pgoff);
}
