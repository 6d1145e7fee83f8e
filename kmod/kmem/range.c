// SPDX-License-Identifier: GPL-2.0-only
#include "kmem/range.h"

#include <linux/ioport.h>
#include <linux/slab.h>

#include "kmem/failure.h"
#include "kmem/memory.h"

/* The same as the in-tree driver's: other programs know it by this name. */
#define RESOURCE_NAME "System RAM (kmem)"

int kmem_range_add(struct kmem_memory *memory, struct kmem_range *range,
		   bool keep_offline)
{
	u64 start = range->range.start, size = range_len(&range->range);
	struct resource *res;
	int rc;

	res = request_mem_region(start, size, memory->name);
	if (!res) {
		kmem_failure_range(memory, range, KMEM_RESERVE, -EBUSY);
		return -EBUSY;
	}
	/*
	 * Not IORESOURCE_BUSY, or add_memory_driver_managed() could not put its
	 * resource in; and no flags of unknown meaning.
	 */
	res->flags = IORESOURCE_SYSTEM_RAM;

	WRITE_ONCE(memory->keep_offline, keep_offline);
	rc = add_memory_driver_managed(memory->mgid, start, size, RESOURCE_NAME,
				       memory->mhp_flags);
	WRITE_ONCE(memory->keep_offline, false);
	if (rc) {
		remove_resource(res);
		kfree(res);
		kmem_failure_range(memory, range, KMEM_ADD, rc);
		return rc;
	}
	WRITE_ONCE(range->res, res);
	return 0;
}

int kmem_range_remove(struct kmem_range *range,
		      int (*remove)(u64 start, u64 size))
{
	struct resource *res = range->res;
	int rc;

	rc = remove(range->range.start, range_len(&range->range));
	if (rc)
		return rc;
	WRITE_ONCE(range->res, NULL);
	remove_resource(res);
	kfree(res);
	return 0;
}
