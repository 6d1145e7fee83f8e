// SPDX-License-Identifier: GPL-2.0-only
/*
 * A dax driver that replaces the in-tree one of the same name: the same
 * character device with the same rules, that can say who uses it and can refuse
 * users.
 */
#include <linux/dax.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/module.h>

#include "device_dax/access.h"
#include "device_dax/devdax.h"
#include "device_dax/drain.h"
#include "device_dax/file.h"
#include "device_dax/linger.h"
#include "device_dax/memmap.h"
#include "device_dax/poison.h"
#include "device_dax/users.h"
#include "layout/attach.h"
#include "layout/running.h"

static int get_memmap(struct devdax *devdax)
{
	struct devdax_memmap *memmap = devdax_linger_adopt(devdax);

	if (!IS_ERR_OR_NULL(memmap))
		dev_info(devdax->dev,
			 "took over its pages that were in use when it was unbound\n");
	if (!memmap)
		memmap = devdax_memmap_create(devdax, &devdax_poison_ops);
	if (IS_ERR(memmap))
		return PTR_ERR(memmap);
	devdax_poison_count(memmap);
	devdax->memmap = memmap;
	return 0;
}

/*
 * After this no fault is under way and none succeeds, no page is in a page
 * table, and nothing is scheduled. Files may still be open.
 */
static void kill(struct devdax *devdax)
{
	spin_lock(&devdax->lock);
	WRITE_ONCE(devdax->alive, false);
	spin_unlock(&devdax->lock);
	cancel_delayed_work_sync(&devdax->drain_work);
	/* Waits for all sections of dax_read_lock(), then unmaps. */
	kill_dev_dax(devdax->dev_dax);
}

static int devdax_probe(struct dev_dax *dev_dax)
{
	struct devdax *devdax = devdax_create(dev_dax);
	int rc;

	if (IS_ERR(devdax))
		return PTR_ERR(devdax);
	devdax_access_setup(devdax);
	devdax_drain_setup(devdax);
	rc = get_memmap(devdax);
	if (rc)
		goto err_put;
	dev_set_drvdata(devdax->dev, devdax);
	run_dax(dev_dax->dax_dev);
	WRITE_ONCE(devdax->alive, true);
	rc = devdax_file_add(devdax);
	if (rc)
		goto err_kill;
	return 0;

err_kill:
	kill(devdax);
	dev_set_drvdata(devdax->dev, NULL);
	devdax_linger_release(devdax->memmap);
err_put:
	devdax_put(devdax);
	return rc;
}

/* The driver core has removed the attributes before. */
static void devdax_remove(struct dev_dax *dev_dax)
{
	struct devdax *devdax = dev_get_drvdata(&dev_dax->dev);

	devdax_file_del(devdax);
	kill(devdax);
	dev_set_drvdata(devdax->dev, NULL);
	devdax_linger_release(devdax->memmap);
	devdax->memmap = NULL;
	devdax_put(devdax);
}

static const struct attribute_group *devdax_groups[] = {
	&devdax_access_group,
	&devdax_users_group,
	NULL,
};

static struct dax_device_driver devdax_driver = {
	.drv = {
		.dev_groups = devdax_groups,
		.groups = dax_attach_groups,
	},
	.probe = devdax_probe,
	.remove = devdax_remove,
	DAX_DRIVER_IS_DEVICE,
};

static int __init devdax_init(void)
{
	int rc;

	rc = layout_running_check();
	if (rc)
		return rc;
	rc = devdax_linger_init();
	if (rc)
		return rc;
	rc = dax_driver_register(&devdax_driver);
	if (rc)
		goto err_linger;
	rc = devdax_linger_watch(&devdax_driver.drv);
	if (rc)
		goto err_driver;
	return 0;

err_driver:
	dax_driver_unregister(&devdax_driver);
err_linger:
	devdax_linger_exit();
	return rc;
}

static void __exit devdax_exit(void)
{
	dax_driver_unregister(&devdax_driver);
	devdax_linger_unwatch(&devdax_driver.drv);
	devdax_linger_exit();
	devdax_poison_exit();
}

module_init(devdax_init);
module_exit(devdax_exit);
MODULE_AUTHOR("The daxbroker authors");
MODULE_DESCRIPTION("Device-DAX character devices that know who uses them");
MODULE_LICENSE("GPL");
MODULE_VERSION(DAXBROKER_VERSION);
MODULE_ALIAS_DAX_DEVICE();
