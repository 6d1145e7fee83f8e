// SPDX-License-Identifier: GPL-2.0-only
#include "kmem/attribute.h"

#include <linux/device.h>
#include <linux/sched/signal.h>

#include "kmem/error.h"
#include "kmem/failure.h"
#include "kmem/memory.h"
#include "kmem/plug.h"
#include "kmem/state.h"
#include "kmem/unplug.h"

static ssize_t state_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	struct kmem_memory *memory = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n", kmem_state_name(kmem_state(memory)));
}

static int change_state(struct kmem_memory *memory, int wanted)
{
	int state = kmem_state(memory), rc;

	if (state == wanted)
		return 0;
	kmem_error_clear(&memory->last_error);
	if (wanted != KMEM_UNPLUGGED && state != KMEM_UNPLUGGED) {
		kmem_failure(memory, KMEM_REFUSE, true, -EBUSY);
		return -EBUSY;
	}
	if (wanted == KMEM_UNPLUGGED)
		rc = kmem_unplug(memory);
	else
		rc = kmem_plug(memory, wanted);
	kmem_state_report(memory);
	return rc;
}

static ssize_t state_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t count)
{
	struct kmem_memory *memory = dev_get_drvdata(dev);
	int wanted, rc;

	rc = kmem_state_parse(buf, &wanted);
	if (rc)
		return rc;
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
	u64 bytes;
	int rc;

	rc = kmem_state_online_bytes(dev_get_drvdata(dev), &bytes);
	if (rc)
		return rc;
	return sysfs_emit(buf, "%llu\n", bytes);
}
static DEVICE_ATTR_RO(online_bytes);

static ssize_t last_error_show(struct device *dev,
			       struct device_attribute *attr, char *buf)
{
	struct kmem_memory *memory = dev_get_drvdata(dev);

	return kmem_error_print(&memory->last_error, buf);
}
static DEVICE_ATTR_RO(last_error);

static struct attribute *attrs[] = {
	&dev_attr_state.attr,
	&dev_attr_plugged_bytes.attr,
	&dev_attr_online_bytes.attr,
	&dev_attr_last_error.attr,
	NULL,
};

static const struct attribute_group group = {
	.attrs = attrs,
};

const struct attribute_group *kmem_attribute_groups[] = {
	&group,
	NULL,
};
