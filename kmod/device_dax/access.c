// SPDX-License-Identifier: GPL-2.0-only
#include "device_dax/access.h"

#include <linux/device.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/sysfs.h>

#include "device_dax/devdax.h"
#include "device_dax/drain.h"
#include "device_dax/memmap.h"

static bool exclusive;
module_param(exclusive, bool, 0644);
MODULE_PARM_DESC(
	exclusive,
	"what the attribute exclusive is when a device is bound (default 0)");

static bool dontfork;
module_param(dontfork, bool, 0644);
MODULE_PARM_DESC(
	dontfork,
	"what the attribute dontfork is when a device is bound (default 0)");

void devdax_access_setup(struct devdax *devdax)
{
	devdax->exclusive = READ_ONCE(exclusive);
	devdax->dontfork = READ_ONCE(dontfork);
}

static int count_opener(struct devdax *devdax)
{
	int rc = 0;

	spin_lock(&devdax->lock);
	if (!devdax->alive)
		rc = -ENXIO;
	else if (devdax->drain != DEVDAX_OPEN ||
		 (devdax->exclusive && devdax->openers))
		rc = -EBUSY;
	else
		devdax->openers++;
	spin_unlock(&devdax->lock);
	return rc;
}

/* By the file's mode: what it may be used for. */
static int check_permission(struct file *file)
{
	int mask = 0;

	if (file->f_mode & FMODE_READ)
		mask |= MAY_READ;
	if (file->f_mode & FMODE_WRITE)
		mask |= MAY_WRITE;
	return mask ? file_permission(file, mask) : 0;
}

int devdax_access_enter(struct devdax *devdax, struct file *file)
{
	int rc;

	rc = count_opener(devdax);
	if (rc)
		return rc;
	/*
	 * Draining takes the lock, too: either it finds this opener, or what
	 * was done to the inode before it is seen here.
	 */
	rc = check_permission(file);
	if (rc) {
		spin_lock(&devdax->lock);
		devdax->denied++;
		spin_unlock(&devdax->lock);
		devdax_access_leave(devdax);
	}
	return rc;
}

void devdax_access_leave(struct devdax *devdax)
{
	spin_lock(&devdax->lock);
	devdax->openers--;
	if (!devdax->openers && devdax->alive &&
	    devdax->drain == DEVDAX_DRAINING)
		devdax_drain_kick(devdax);
	spin_unlock(&devdax->lock);
}

int devdax_access_map(struct devdax *devdax, bool *ret_dontfork)
{
	int rc = 0;

	spin_lock(&devdax->lock);
	if (devdax->drain != DEVDAX_OPEN)
		rc = -EBUSY;
	else
		*ret_dontfork = devdax->dontfork;
	spin_unlock(&devdax->lock);
	return rc;
}

/* 0 or 1 and nothing else. */
static int parse_switch(const char *buf, bool *ret_on)
{
	unsigned int value;

	if (kstrtouint(buf, 10, &value) || value > 1)
		return -EINVAL;
	*ret_on = value;
	return 0;
}

static ssize_t exclusive_show(struct device *dev, struct device_attribute *attr,
			      char *buf)
{
	struct devdax *devdax = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%d\n", READ_ONCE(devdax->exclusive));
}

static ssize_t exclusive_store(struct device *dev,
			       struct device_attribute *attr, const char *buf,
			       size_t len)
{
	struct devdax *devdax = dev_get_drvdata(dev);
	bool on;
	int rc;

	rc = parse_switch(buf, &on);
	if (rc)
		return rc;
	spin_lock(&devdax->lock);
	if (on && devdax->openers > 1)
		rc = -EBUSY;
	else
		devdax->exclusive = on;
	spin_unlock(&devdax->lock);
	return rc ? rc : len;
}
static DEVICE_ATTR_RW(exclusive);

static ssize_t dontfork_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	struct devdax *devdax = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%d\n", READ_ONCE(devdax->dontfork));
}

static ssize_t dontfork_store(struct device *dev, struct device_attribute *attr,
			      const char *buf, size_t len)
{
	struct devdax *devdax = dev_get_drvdata(dev);
	bool on;
	int rc;

	rc = parse_switch(buf, &on);
	if (rc)
		return rc;
	spin_lock(&devdax->lock);
	devdax->dontfork = on;
	spin_unlock(&devdax->lock);
	return len;
}
static DEVICE_ATTR_RW(dontfork);

static DEVICE_ATTR(drain, 0644, devdax_drain_show, devdax_drain_store);

static ssize_t poisoned_pages_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	struct devdax *devdax = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%ld\n",
			  atomic_long_read(&devdax->memmap->nr_poison));
}
static DEVICE_ATTR_RO(poisoned_pages);

static struct attribute *access_attrs[] = {
	&dev_attr_exclusive.attr,
	&dev_attr_dontfork.attr,
	&dev_attr_drain.attr,
	&dev_attr_poisoned_pages.attr,
	NULL,
};

const struct attribute_group devdax_access_group = {
	.attrs = access_attrs,
};
