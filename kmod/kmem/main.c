// SPDX-License-Identifier: GPL-2.0-only
/*
 * A dax driver that replaces the in-tree one of the same name: binds like it,
 * and has attributes that move the device's memory in and out as a whole.
 */
#include <linux/device.h>
#include <linux/module.h>

#include "kmem/adopt.h"
#include "kmem/attribute.h"
#include "kmem/memory.h"
#include "kmem/plug.h"
#include "kmem/state.h"
#include "kmem/tier.h"
#include "kmem/undo.h"
#include "kmem/unplug.h"
#include "kmem/watch.h"
#include "layout/attach.h"
#include "layout/running.h"

/* What binding does. */
enum probe_state {
	PROBE_DEFAULT,
	PROBE_UNPLUGGED,
};

static const char *const probe_states[] = {
	[PROBE_DEFAULT] = "default",
	[PROBE_UNPLUGGED] = "unplugged",
};

static int probe_state = PROBE_DEFAULT;

static int probe_state_set(const char *text, const struct kernel_param *param)
{
	int i = sysfs_match_string(probe_states, text);

	if (i < 0)
		return i;
	WRITE_ONCE(probe_state, i);
	return 0;
}

static int probe_state_get(char *buf, const struct kernel_param *param)
{
	return sysfs_emit(buf, "%s\n", probe_states[READ_ONCE(probe_state)]);
}

static const struct kernel_param_ops probe_state_ops = {
	.set = probe_state_set,
	.get = probe_state_get,
};

module_param_cb(probe_state, &probe_state_ops, NULL, 0644);
MODULE_PARM_DESC(
	probe_state,
	"what binding a device does: default (add its memory, as the in-tree driver) or unplugged (nothing; write its attribute state)");

static int kmem_probe(struct dev_dax *dev_dax)
{
	struct device *dev = &dev_dax->dev;
	struct kmem_memory *memory, *adopted;
	int rc;

	memory = kmem_memory_create(dev_dax);
	if (IS_ERR(memory))
		return PTR_ERR(memory);

	adopted = kmem_adopt(memory);
	if (IS_ERR(adopted)) {
		rc = PTR_ERR(adopted);
		goto err_free;
	}
	if (adopted) {
		kmem_memory_free(memory);
		memory = adopted;
		dev_info(dev,
			 "adopted %llu bytes that could not be removed before\n",
			 kmem_memory_plugged(memory));
	}

	kmem_watch_start(memory, dev);
	if (READ_ONCE(probe_state) == PROBE_DEFAULT) {
		rc = kmem_plug_default(memory);
		if (rc)
			goto err_stop;
	}
	memory->reported = kmem_state(memory);
	dev_set_drvdata(dev, memory);
	return 0;

err_stop:
	kmem_watch_stop(memory);
	/* Adopted memory waits for the next try. */
	if (kmem_memory_plugged(memory))
		return rc;
err_free:
	kmem_memory_free(memory);
	return rc;
}

/*
 * The driver core has removed the attributes before: no transition is under
 * way. Remove cannot fail, so memory that cannot go stays, and waits for a
 * device of the same ranges.
 */
static void kmem_remove(struct dev_dax *dev_dax)
{
	struct device *dev = &dev_dax->dev;
	struct kmem_memory *memory = dev_get_drvdata(dev);
	u64 bytes;

	kmem_watch_stop(memory);
	kmem_unplug_offline(memory);
	dev_set_drvdata(dev, NULL);
	bytes = kmem_memory_plugged(memory);
	if (!bytes) {
		kmem_memory_free(memory);
		return;
	}
	dev_warn(dev,
		 "%llu bytes are online and stay System RAM; bind the device to kmem again to remove them\n",
		 bytes);
}

static struct dax_device_driver kmem_driver = {
	.drv = {
		.dev_groups = kmem_attribute_groups,
		.groups = dax_attach_groups,
	},
	.probe = kmem_probe,
	.remove = kmem_remove,
	DAX_DRIVER_IS_KMEM,
};

static int __init kmem_init(void)
{
	int rc;

	rc = layout_running_check();
	if (rc)
		return rc;

	rc = kmem_undo_init();
	if (rc)
		return rc;

	rc = kmem_watch_init();
	if (rc)
		goto err_undo;

	rc = dax_driver_register(&kmem_driver);
	if (rc)
		goto err_watch;
	return 0;

err_watch:
	kmem_watch_exit();
err_undo:
	kmem_undo_exit();
	kmem_tier_exit();
	return rc;
}

/* Not reached while memory is plugged: each kmem_memory pins the module. */
static void __exit kmem_exit(void)
{
	dax_driver_unregister(&kmem_driver);
	kmem_watch_exit();
	kmem_undo_exit();
	kmem_tier_exit();
}

module_init(kmem_init);
module_exit(kmem_exit);
MODULE_AUTHOR("The daxbroker authors");
MODULE_DESCRIPTION(
	"Device-DAX memory as System RAM, plugged and unplugged as a whole");
MODULE_LICENSE("GPL");
MODULE_VERSION(DAXBROKER_VERSION);
MODULE_ALIAS_DAX_DEVICE();
