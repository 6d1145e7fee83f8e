// SPDX-License-Identifier: GPL-2.0-only
#include "device_dax/minor.h"

#include <linux/device.h>
#include <linux/kdev_t.h>
#include <linux/mutex.h>
#include <linux/xarray.h>

#include "device_dax/devdax.h"

static DEFINE_MUTEX(bindings_lock);
static DEFINE_XARRAY(bindings);

int devdax_minor_bind(struct devdax *devdax)
{
	int rc;

	mutex_lock(&bindings_lock);
	rc = xa_insert(&bindings, MINOR(devdax->dev->devt), devdax, GFP_KERNEL);
	mutex_unlock(&bindings_lock);
	return rc;
}

void devdax_minor_unbind(struct devdax *devdax)
{
	mutex_lock(&bindings_lock);
	xa_erase(&bindings, MINOR(devdax->dev->devt));
	mutex_unlock(&bindings_lock);
}

struct devdax *devdax_minor_get(unsigned int minor)
{
	struct devdax *devdax;

	mutex_lock(&bindings_lock);
	devdax = devdax_minor_find(minor);
	if (devdax)
		kref_get(&devdax->ref);
	mutex_unlock(&bindings_lock);
	return devdax;
}

struct devdax *devdax_minor_find(unsigned int minor)
{
	return xa_load(&bindings, minor);
}
