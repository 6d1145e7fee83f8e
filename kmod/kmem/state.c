// SPDX-License-Identifier: GPL-2.0-only
/* Readings take no lock that a transition holds. */
#include "kmem/state.h"

#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/lockdep.h>
#include <linux/memory_hotplug.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "kmem/block.h"
#include "kmem/memory.h"

static const char *const online_types[] = {
	[MMOP_OFFLINE] = "offline",
	[MMOP_ONLINE] = "online",
	[MMOP_ONLINE_KERNEL] = "online_kernel",
	[MMOP_ONLINE_MOVABLE] = "online_movable",
};

const char *kmem_state_name(int state)
{
	return state == KMEM_UNPLUGGED ? "unplugged" : online_types[state];
}

/**
 * struct census - the blocks of a device, counted
 * @nr: by what they are (MMOP_*)
 * @all: of the plugged ranges
 */
struct census {
	unsigned long nr[ARRAY_SIZE(online_types)];
	unsigned long all;
};

static int count_range(struct kmem_memory *memory, struct kmem_range *range,
		       struct census *census)
{
	struct kmem_blocks *blocks;
	unsigned int i;

	blocks = kmem_blocks_get(memory->dev, &range->range);
	if (!blocks)
		return -ENOMEM;
	for (i = 0; i < blocks->nr; i++) {
		if (blocks->block[i])
			census->nr[kmem_block_type(blocks->block[i])]++;
		census->all++;
	}
	kmem_blocks_put(blocks);
	return 0;
}

static int take_census(struct kmem_memory *memory, struct census *census)
{
	struct kmem_range *range;
	int rc;

	kmem_for_each_plugged(memory, range) {
		rc = count_range(memory, range, census);
		if (rc)
			return rc;
	}
	return 0;
}

static int sum_up(struct kmem_memory *memory, const struct census *census)
{
	unsigned long kernel = census->nr[MMOP_ONLINE_KERNEL];
	unsigned long movable = census->nr[MMOP_ONLINE_MOVABLE];

	if (!census->all)
		return KMEM_UNPLUGGED;
	if (kernel + movable < census->all)
		return MMOP_OFFLINE;
	if (READ_ONCE(memory->asked) == MMOP_ONLINE || (kernel && movable))
		return MMOP_ONLINE;
	return kernel ? MMOP_ONLINE_KERNEL : MMOP_ONLINE_MOVABLE;
}

int kmem_state(struct kmem_memory *memory)
{
	struct census census = {};

	if (take_census(memory, &census))
		return MMOP_OFFLINE;
	return sum_up(memory, &census);
}

int kmem_state_parse(const char *buf, int *ret_state)
{
	int type;

	if (sysfs_streq(buf, kmem_state_name(KMEM_UNPLUGGED))) {
		*ret_state = KMEM_UNPLUGGED;
		return 0;
	}
	type = sysfs_match_string(online_types, buf);
	if (type <= MMOP_OFFLINE)
		return -EINVAL;
	*ret_state = type;
	return 0;
}

int kmem_state_online_bytes(struct kmem_memory *memory, u64 *ret_bytes)
{
	struct census census = {};
	unsigned long online;
	int rc;

	rc = take_census(memory, &census);
	if (rc)
		return rc;
	online = census.nr[MMOP_ONLINE_KERNEL] + census.nr[MMOP_ONLINE_MOVABLE];
	*ret_bytes = (u64)online * memory_block_size_bytes();
	return 0;
}

void kmem_state_report(struct kmem_memory *memory)
{
	struct kobject *kobj = &memory->dev->kobj;
	int state = kmem_state(memory);
	char word[40];
	char *env[] = { word, NULL };

	lockdep_assert_held(&memory->lock);
	if (state == memory->reported)
		return;
	memory->reported = state;
	sysfs_notify(kobj, NULL, "state");
	snprintf(word, sizeof(word), "DAX_STATE=%s", kmem_state_name(state));
	kobject_uevent_env(kobj, KOBJ_CHANGE, env);
}
