// SPDX-License-Identifier: GPL-2.0-only
/*
 * The attributes of a bound device. Documentation/ABI/testing/sysfs-bus-dax-kmem
 * says what they mean. Readings take no lock that a transition holds.
 */
#include <linux/device.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "kmem.h"

/* States beside MMOP_*. */
#define UNPLUGGED (-1)

static const char *const online_types[] = {
	[MMOP_OFFLINE] = "offline",
	[MMOP_ONLINE] = "online",
	[MMOP_ONLINE_KERNEL] = "online_kernel",
	[MMOP_ONLINE_MOVABLE] = "online_movable",
};

const char *kmem_state_name(int state)
{
	return state == UNPLUGGED ? "unplugged" : online_types[state];
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

static int judge(struct kmem_memory *memory, const struct census *census)
{
	unsigned long kernel = census->nr[MMOP_ONLINE_KERNEL];
	unsigned long movable = census->nr[MMOP_ONLINE_MOVABLE];

	if (!census->all)
		return UNPLUGGED;
	if (kernel + movable < census->all)
		return MMOP_OFFLINE;
	if (READ_ONCE(memory->asked) == MMOP_ONLINE || (kernel && movable))
		return MMOP_ONLINE;
	return kernel ? MMOP_ONLINE_KERNEL : MMOP_ONLINE_MOVABLE;
}

/**
 * kmem_state() - what the device's blocks are now, taken together
 * @memory: its memory; bound
 *
 * Return: -1 for unplugged, MMOP_OFFLINE unless all blocks of all plugged
 * ranges are online, else how they are. MMOP_ONLINE if that was asked for, or
 * if they are in different zones. Without memory to count in: MMOP_OFFLINE.
 */
int kmem_state(struct kmem_memory *memory)
{
	struct census census = {};

	if (take_census(memory, &census))
		return MMOP_OFFLINE;
	return judge(memory, &census);
}

static ssize_t state_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	struct kmem_memory *memory = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n", kmem_state_name(kmem_state(memory)));
}

/* What may be written; "offline" is what single blocks can be made. */
static int parse_state(const char *buf)
{
	int type;

	if (sysfs_streq(buf, kmem_state_name(UNPLUGGED)))
		return UNPLUGGED;
	type = sysfs_match_string(online_types, buf);
	return type <= MMOP_OFFLINE ? -EINVAL : type;
}

static void refuse(struct kmem_memory *memory)
{
	struct kmem_error error = {
		.step = KMEM_REFUSE,
		.plug = true,
		.err = -EBUSY,
		.block = -1,
	};

	kmem_error_set(memory, &error);
}

static int change_state(struct kmem_memory *memory, int wanted)
{
	int state = kmem_state(memory), rc;

	if (state == wanted)
		return 0;
	kmem_error_clear(memory);
	if (wanted != UNPLUGGED && state != UNPLUGGED) {
		refuse(memory);
		return -EBUSY;
	}
	if (wanted == UNPLUGGED)
		rc = kmem_unplug(memory);
	else
		rc = kmem_plug(memory, wanted);
	kmem_watch_tell(memory);
	return rc;
}

static ssize_t state_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t count)
{
	struct kmem_memory *memory = dev_get_drvdata(dev);
	int wanted = parse_state(buf), rc;

	if (wanted < UNPLUGGED)
		return wanted;
	rc = kmem_memory_lock(memory);
	if (rc)
		return rc;
	rc = change_state(memory, wanted);
	kmem_memory_unlock(memory);
	/* What was undone for a signal that only has a handler starts again. */
	if (rc == -EINTR && signal_pending(current))
		return -ERESTARTSYS;
	return rc ? rc : count;
}
static DEVICE_ATTR_RW(state);

static ssize_t plugged_bytes_show(struct device *dev,
				  struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n",
			  kmem_memory_plugged(dev_get_drvdata(dev)));
}
static DEVICE_ATTR_RO(plugged_bytes);

static ssize_t online_bytes_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	struct census census = {};
	unsigned long online;
	int rc;

	rc = take_census(dev_get_drvdata(dev), &census);
	if (rc)
		return rc;
	online = census.nr[MMOP_ONLINE_KERNEL] + census.nr[MMOP_ONLINE_MOVABLE];
	return sysfs_emit(buf, "%llu\n",
			  (u64)online * memory_block_size_bytes());
}
static DEVICE_ATTR_RO(online_bytes);

static ssize_t last_error_show(struct device *dev,
			       struct device_attribute *attr, char *buf)
{
	return kmem_error_print(dev_get_drvdata(dev), buf);
}
static DEVICE_ATTR_RO(last_error);

static struct attribute *kmem_attrs[] = {
	&dev_attr_state.attr,
	&dev_attr_plugged_bytes.attr,
	&dev_attr_online_bytes.attr,
	&dev_attr_last_error.attr,
	NULL,
};

static const struct attribute_group kmem_group = {
	.attrs = kmem_attrs,
};

const struct attribute_group *kmem_groups[] = {
	&kmem_group,
	NULL,
};
