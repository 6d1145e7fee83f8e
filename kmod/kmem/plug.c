// SPDX-License-Identifier: GPL-2.0-only
#include "kmem/plug.h"

#include <linux/device.h>
#include <linux/lockdep.h>
#include <linux/sched/signal.h>

#include "kmem/block.h"
#include "kmem/failure.h"
#include "kmem/memory.h"
#include "kmem/range.h"
#include "kmem/undo.h"

static int add_all(struct kmem_memory *memory, bool keep_offline)
{
	struct kmem_range *range;
	int rc;

	kmem_for_each_range(memory, range) {
		if (range->res)
			continue;
		if (fatal_signal_pending(current))
			return -EINTR;
		rc = kmem_range_add(memory, range, keep_offline);
		if (rc)
			return rc;
	}
	return 0;
}

static int online_range(struct kmem_memory *memory, struct kmem_range *range,
			int type)
{
	struct kmem_blocks *blocks;
	unsigned int i;
	int rc = 0;

	blocks = kmem_blocks_get(memory->dev, &range->range);
	if (!blocks)
		return -ENOMEM;
	for (i = 0; i < blocks->nr && !rc; i++) {
		rc = blocks->block[i] ? 0 : -ENODEV;
		if (!rc)
			rc = kmem_block_online(blocks->block[i], type);
		if (rc)
			kmem_failure_block(memory, range, blocks->block[i],
					   KMEM_ONLINE, rc);
		else if (fatal_signal_pending(current))
			rc = -EINTR;
	}
	kmem_blocks_put(blocks);
	return rc;
}

static int online_all(struct kmem_memory *memory, int type)
{
	struct kmem_range *range;
	int rc;

	kmem_for_each_range(memory, range) {
		rc = online_range(memory, range, type);
		if (rc)
			return rc;
	}
	return 0;
}

/*
 * Removes every plugged range. More than once: a range that was added while
 * another was online in a kernel zone may have its memmap there, and that one
 * can only go after it.
 */
static int remove_plugged(struct kmem_memory *memory)
{
	struct kmem_range *range;
	bool progress;
	int rc, err;

	do {
		progress = false;
		rc = 0;
		kmem_for_each_plugged(memory, range) {
			err = kmem_range_remove(range,
						offline_and_remove_memory);
			if (err)
				rc = err;
			else
				progress = true;
		}
	} while (rc && progress);
	return rc;
}

int kmem_plug(struct kmem_memory *memory, int type)
{
	int rc;

	lockdep_assert_held(&memory->lock);
	rc = kmem_memory_open(memory);
	if (rc) {
		kmem_failure(memory, KMEM_GROUP, true, rc);
		return rc;
	}

	if (type != MMOP_ONLINE)
		WRITE_ONCE(memory->plugging, type);
	rc = add_all(memory, type == MMOP_ONLINE);
	if (rc) {
		kmem_failure(memory, KMEM_ADD, true, rc);
		goto err_remove_plugged;
	}

	rc = online_all(memory, type);
	if (rc) {
		kmem_failure(memory, KMEM_ONLINE, true, rc);
		goto err_remove_plugged;
	}
	WRITE_ONCE(memory->plugging, MMOP_OFFLINE);
	WRITE_ONCE(memory->asked, type);
	return 0;

err_remove_plugged:
	/* Undoing may put a block back into whatever zone it was in. */
	WRITE_ONCE(memory->plugging, MMOP_OFFLINE);
	if (kmem_undo(memory, remove_plugged))
		kmem_error_undo_failed(&memory->last_error);
	kmem_memory_close(memory);
	return rc;
}

int kmem_plug_default(struct kmem_memory *memory)
{
	struct kmem_range *range;
	int rc;

	rc = kmem_memory_lock(memory);
	if (rc)
		return rc;
	rc = kmem_memory_open(memory);
	if (rc)
		goto out;
	kmem_for_each_range(memory, range)
		if (!range->res)
			rc = kmem_range_add(memory, range, false) ?: rc;
	if (kmem_memory_plugged(memory))
		rc = 0;
	kmem_memory_close(memory);
out:
	kmem_memory_unlock(memory);
	return rc;
}
