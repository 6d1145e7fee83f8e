/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The attribute attach of a driver on the dax bus: binds the one device of the
 * name that is written, whether the driver matches it or not. The bus's own way
 * to that, new_id, makes the driver probe all devices that have no driver.
 */
#ifndef DAX_ATTACH_H
#define DAX_ATTACH_H

#include <linux/device.h>
#include <linux/sysfs.h>

static ssize_t attach_store(struct device_driver *drv, const char *buf,
			    size_t count)
{
	struct device *dev = bus_find_device_by_name(drv->bus, NULL, buf);
	int rc;

	if (!dev)
		return -ENODEV;
	rc = device_driver_attach(drv, dev);
	put_device(dev);
	return rc ? rc : count;
}
static DRIVER_ATTR_WO(attach);

static struct attribute *dax_attach_attrs[] = {
	&driver_attr_attach.attr,
	NULL,
};
ATTRIBUTE_GROUPS(dax_attach);

#endif /* DAX_ATTACH_H */
