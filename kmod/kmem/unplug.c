// SPDX-License-Identifier: GPL-2.0-only
#include "kmem/unplug.h"

#include <linux/device.h>
#include <linux/lockdep.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "kmem/block.h"
#include "kmem/failure.h"
#include "kmem/memory.h"
#include "kmem/range.h"
#include "kmem/undo.h"

static void forget_types(struct kmem_memory *memory)
{
	struct kmem_range *range;

	kmem_for_each_range(memory, range) {
		kvfree(range->types);
		range->types = NULL;
	}
}

/* Room for what each block was; MMOP_OFFLINE until it is taken offline. */
static int prepare_types(struct kmem_memory *memory)
{
	struct kmem_range *range;

	BUILD_BUG_ON(MMOP_OFFLINE != 0);
	kmem_for_each_plugged(memory, range) {
		range->types = kvzalloc(div64_u64(range_len(&range->range),
						  memory_block_size_bytes()),
					GFP_KERNEL);
		if (!range->types) {
			forget_types(memory);
			return -ENOMEM;
		}
	}
	return 0;
}

static int offline_range(struct kmem_memory *memory, struct kmem_range *range)
{
	struct kmem_blocks *blocks;
	int rc = 0, type;
	unsigned int i;

	blocks = kmem_blocks_get(memory->dev, &range->range);
	if (!blocks)
		return -ENOMEM;
	for (i = 0; i < blocks->nr && !rc; i++) {
		if (!blocks->block[i])
			continue;
		rc = kmem_block_offline(blocks->block[i], &type);
		if (rc)
			kmem_failure_block(memory, range, blocks->block[i],
					   KMEM_OFFLINE, rc);
		else if (type != MMOP_OFFLINE)
			range->types[i] = type;
		if (!rc && fatal_signal_pending(current))
			rc = -EINTR;
	}
	kmem_blocks_put(blocks);
	return rc;
}

/*
 * Offlines all ranges, or as many as go: others are tried after one is busy,
 * see clear_the_way(). Other errors end it.
 */
static int offline_all(struct kmem_memory *memory)
{
	struct kmem_range *range;
	int rc = 0, err;

	kmem_error_clear(&memory->last_error);
	kmem_for_each_plugged(memory, range) {
		err = offline_range(memory, range);
		range->is_offline = !err;
		if (err && err != -EBUSY)
			return err;
		if (err)
			rc = err;
	}
	return rc;
}

/*
 * What keeps a range online may be the memmap of another one, which was added
 * while the first was online in a kernel zone. It goes with that other range.
 * Returns whether any went.
 */
static bool clear_the_way(struct kmem_memory *memory)
{
	struct kmem_range *range;
	bool cleared = false;

	kmem_for_each_plugged(memory, range) {
		if (range->is_offline &&
		    !kmem_range_remove(range, remove_memory))
			cleared = true;
	}
	return cleared;
}

/*
 * All blocks were offline a moment ago. What others have put online since is
 * taken offline again, range by range, under the kernel's hotplug lock.
 */
static int remove_all(struct kmem_memory *memory)
{
	struct kmem_range *range;
	int rc;

	kmem_for_each_plugged(memory, range) {
		rc = kmem_range_remove(range, offline_and_remove_memory);
		if (rc) {
			kmem_failure_block(memory, range, NULL, KMEM_REMOVE,
					   rc);
			return rc;
		}
	}
	return 0;
}

static int restore_range(struct kmem_memory *memory, struct kmem_range *range)
{
	struct kmem_blocks *blocks;
	int rc = 0, err;
	unsigned int i;

	blocks = kmem_blocks_get(memory->dev, &range->range);
	if (!blocks)
		return -ENOMEM;
	for (i = 0; i < blocks->nr; i++) {
		if (!blocks->block[i] || range->types[i] == MMOP_OFFLINE)
			continue;
		err = kmem_block_online(blocks->block[i], range->types[i]);
		if (err)
			dev_warn(memory->dev,
				 "memory%u could not be onlined again: %d\n",
				 blocks->block[i]->dev.id, err);
		if (!rc)
			rc = err;
	}
	kmem_blocks_put(blocks);
	return rc;
}

/*
 * Undoes an unplug: returns an error but restores all it can. Everything is
 * added before anything is onlined, lest memmap gets into onlined memory.
 */
static int restore(struct kmem_memory *memory)
{
	struct kmem_range *range;
	int rc = 0, err;

	kmem_for_each_range(memory, range) {
		if (!range->types || range->res)
			continue;
		err = kmem_range_add(memory, range, true);
		if (err)
			rc = err;
	}
	kmem_for_each_plugged(memory, range) {
		err = restore_range(memory, range);
		if (err)
			rc = err;
	}
	return rc;
}

int kmem_unplug(struct kmem_memory *memory)
{
	int asked = memory->asked, rc;

	lockdep_assert_held(&memory->lock);
	rc = prepare_types(memory);
	if (rc) {
		kmem_failure(memory, KMEM_OFFLINE, false, rc);
		return rc;
	}

	do {
		rc = offline_all(memory);
	} while (rc == -EBUSY && clear_the_way(memory));
	if (!rc)
		rc = remove_all(memory);
	if (rc) {
		kmem_failure(memory, KMEM_OFFLINE, false, rc);
		if (kmem_undo(memory, restore))
			kmem_error_undo_failed(&memory->last_error);
		else
			WRITE_ONCE(memory->asked, asked);
	}
	forget_types(memory);
	kmem_memory_close(memory);
	return rc;
}

void kmem_unplug_offline(struct kmem_memory *memory)
{
	struct kmem_range *range;

	mutex_lock(&memory->lock);
	WRITE_ONCE(memory->owner, current);
	kmem_for_each_plugged(memory, range)
		kmem_range_remove(range, remove_memory);
	kmem_memory_close(memory);
	kmem_memory_unlock(memory);
}
