// SPDX-License-Identifier: GPL-2.0-only
#include "kmem/failure.h"

#include <linux/device.h>
#include <linux/memory.h>

#include "kmem/blocker.h"
#include "kmem/memory.h"

void kmem_failure(struct kmem_memory *memory, enum kmem_step step, bool plug,
		  int err)
{
	struct kmem_error error = {
		.step = step,
		.plug = plug,
		.err = err,
		.block = -1,
	};

	kmem_error_set(&memory->last_error, &error);
}

void kmem_failure_range(struct kmem_memory *memory,
			const struct kmem_range *range, enum kmem_step step,
			int err)
{
	struct kmem_error error = {
		.step = step,
		.plug = true,
		.err = err,
		.range = range->range,
		.block = -1,
	};

	kmem_error_set(&memory->last_error, &error);
	dev_warn(memory->dev, "mapping%d: %#llx-%#llx could not be %s: %d\n",
		 range->index, range->range.start, range->range.end,
		 step == KMEM_RESERVE ? "reserved" : "added", err);
}

void kmem_failure_block(struct kmem_memory *memory,
			const struct kmem_range *range,
			struct memory_block *block, enum kmem_step step,
			int err)
{
	struct kmem_error error = {
		.step = step,
		.plug = step == KMEM_ONLINE,
		.err = err,
		.range = range->range,
		.block = block ? (long)block->dev.id : -1,
	};

	if (block && step != KMEM_ONLINE)
		error.kind = kmem_blocker(block, &error.pfn);
	kmem_error_set(&memory->last_error, &error);
	dev_info(memory->dev,
		 "mapping%d: %#llx-%#llx: memory%ld could not be %s: %d%s%s\n",
		 range->index, range->range.start, range->range.end,
		 error.block, step == KMEM_ONLINE ? "onlined" : "offlined", err,
		 error.kind ? ", it has memory that cannot move: " : "",
		 error.kind ?: "");
}
