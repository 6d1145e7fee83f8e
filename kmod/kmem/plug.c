// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transitions of a whole device: all ranges in, or all out, or as before.
 * Everything here runs with the memory locked.
 */
#include <linux/device.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "kmem.h"

static void block_failed(struct kmem_memory *memory, struct kmem_range *range,
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
		error.kind = kmem_blame(block, &error.pfn);
	kmem_error_set(memory, &error);
	dev_info(memory->dev,
		 "mapping%d: %#llx-%#llx: memory%ld could not be %s: %d%s%s\n",
		 range->index, range->range.start, range->range.end,
		 error.block, step == KMEM_ONLINE ? "onlined" : "offlined", err,
		 error.kind ? ", it has memory that cannot move: " : "",
		 error.kind ?: "");
}

static int add_all(struct kmem_memory *memory, int adding)
{
	struct kmem_range *range;
	int rc;

	kmem_for_each_range(memory, range) {
		if (range->res)
			continue;
		if (fatal_signal_pending(current))
			return -EINTR;
		rc = kmem_range_add(memory, range, adding);
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
			block_failed(memory, range, blocks->block[i],
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
 * Takes out whatever is in. More than once: a range that was added while
 * another was online in a kernel zone may have its memmap there, and that one
 * can only go after it.
 */
static int take_out(struct kmem_memory *memory)
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

/* A failure for which no step has left its own words. */
static void plug_failed(struct kmem_memory *memory, enum kmem_step step,
			bool plug, int err)
{
	struct kmem_error error = {
		.step = step,
		.plug = plug,
		.err = err,
		.block = -1,
	};

	kmem_error_set(memory, &error);
}

/**
 * kmem_plug() - give a device's memory to the kernel and online all of it
 * @memory: its memory, nothing of it plugged
 * @type: MMOP_ONLINE, MMOP_ONLINE_KERNEL or MMOP_ONLINE_MOVABLE
 *
 * Return: 0; or a negative errno, -EINTR on a fatal signal, and then nothing
 * is plugged, unless the last error says that undoing failed.
 */
int kmem_plug(struct kmem_memory *memory, int type)
{
	int rc;

	rc = kmem_memory_open(memory);
	if (rc) {
		plug_failed(memory, KMEM_GROUP, true, rc);
		return rc;
	}

	rc = add_all(memory, type == MMOP_ONLINE ? KMEM_ADD_OFFLINE : type);
	if (rc) {
		plug_failed(memory, KMEM_ADD, true, rc);
		goto err_take_out;
	}

	rc = online_all(memory, type);
	if (rc) {
		plug_failed(memory, KMEM_ONLINE, true, rc);
		goto err_take_out;
	}
	WRITE_ONCE(memory->asked, type);
	return 0;

err_take_out:
	if (kmem_undo(memory, take_out))
		kmem_error_undo_failed(memory);
	kmem_memory_close(memory);
	return rc;
}

/**
 * kmem_plug_default() - what binding does in the in-tree driver
 * @memory: its memory; part of it may be plugged, if it was adopted
 *
 * Adds what is not plugged, and leaves onlining to auto_online_blocks and
 * userspace. A range that cannot be added is left out.
 *
 * Return: 0 if anything is plugged, else a negative errno.
 */
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
			rc = kmem_range_add(memory, range, KMEM_ADD_ANY) ?: rc;
	if (kmem_memory_plugged(memory))
		rc = 0;
	kmem_memory_close(memory);
out:
	kmem_memory_unlock(memory);
	return rc;
}

static void forget_types(struct kmem_memory *memory)
{
	struct kmem_range *range;

	kmem_for_each_range(memory, range) {
		kvfree(range->types);
		range->types = NULL;
	}
}

/* Room for what each block was; MMOP_OFFLINE until we take it offline. */
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
			block_failed(memory, range, blocks->block[i],
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

	kmem_error_clear(memory);
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
 * What keeps a range from going may be the memmap of another one, which was
 * added while the first was online in a kernel zone. It goes with that other
 * range. Returns whether any went.
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
			block_failed(memory, range, NULL, KMEM_REMOVE, rc);
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
		err = kmem_range_add(memory, range, KMEM_ADD_OFFLINE);
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

/**
 * kmem_unplug() - take all of a device's memory back from the kernel
 * @memory: its memory, plugged, online or not
 *
 * Return: 0; or a negative errno, -EINTR on a signal, and then every block is
 * as it was, unless the last error says that undoing failed.
 */
int kmem_unplug(struct kmem_memory *memory)
{
	int asked = memory->asked, rc;

	rc = prepare_types(memory);
	if (rc) {
		plug_failed(memory, KMEM_OFFLINE, false, rc);
		return rc;
	}

	do {
		rc = offline_all(memory);
	} while (rc == -EBUSY && clear_the_way(memory));
	if (!rc)
		rc = remove_all(memory);
	if (rc) {
		plug_failed(memory, KMEM_OFFLINE, false, rc);
		if (kmem_undo(memory, restore))
			kmem_error_undo_failed(memory);
		else
			WRITE_ONCE(memory->asked, asked);
	}
	forget_types(memory);
	kmem_memory_close(memory);
	return rc;
}

/**
 * kmem_remove_offline() - take back the ranges that are wholly offline
 * @memory: its memory
 *
 * Ranges with a block online stay plugged.
 */
void kmem_remove_offline(struct kmem_memory *memory)
{
	struct kmem_range *range;

	mutex_lock(&memory->lock);
	WRITE_ONCE(memory->owner, current);
	kmem_for_each_plugged(memory, range)
		kmem_range_remove(range, remove_memory);
	kmem_memory_close(memory);
	kmem_memory_unlock(memory);
}
