// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last file that is closed takes the last mapping with it, so that is when
 * users are checked for. References on pages may outlive both, and nothing says
 * when they go: as long as there are some, and nothing else, all pages are
 * scanned again and again.
 */
#include "device_dax/drain.h"

#include <linux/jiffies.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>

#include "device_dax/devdax.h"
#include "device_dax/pin.h"

/*
 * Between two scans of all pages: at least this, and ten times what a scan
 * takes.
 */
#define SCAN_JIFFIES (HZ / 10)
#define SCAN_SHARE 10

static const char *const words[] = {
	[DEVDAX_OPEN] = "off",
	[DEVDAX_DRAINING] = "draining",
	[DEVDAX_DRAINED] = "drained",
};

static void report(struct devdax *devdax, enum devdax_drain drain)
{
	struct kobject *kobj = &devdax->dev->kobj;
	char word[32];
	char *env[] = { word, NULL };

	sysfs_notify(kobj, NULL, "drain");
	snprintf(word, sizeof(word), "DAX_DRAIN=%s", words[drain]);
	kobject_uevent_env(kobj, KOBJ_CHANGE, env);
}

/* Draining, and no file is open: none will be. */
static bool is_closed(struct devdax *devdax)
{
	bool closed;

	spin_lock(&devdax->lock);
	closed = devdax->drain == DEVDAX_DRAINING && !devdax->openers;
	spin_unlock(&devdax->lock);
	return closed;
}

static bool change(struct devdax *devdax, enum devdax_drain from,
		   enum devdax_drain to)
{
	bool changed;

	spin_lock(&devdax->lock);
	changed = devdax->drain == from;
	if (changed)
		devdax->drain = to;
	spin_unlock(&devdax->lock);
	return changed;
}

/* With drain_lock held, as each change and its report: so they come in order. */
static void check(struct devdax *devdax)
{
	unsigned long begin = jiffies;

	if (!is_closed(devdax))
		return;
	if (devdax_pins_any(devdax->memmap))
		schedule_delayed_work(&devdax->drain_work,
				      SCAN_JIFFIES +
					      SCAN_SHARE * (jiffies - begin));
	else if (change(devdax, DEVDAX_DRAINING, DEVDAX_DRAINED))
		report(devdax, DEVDAX_DRAINED);
}

static void drain_work(struct work_struct *work)
{
	struct devdax *devdax =
		container_of(to_delayed_work(work), struct devdax, drain_work);

	mutex_lock(&devdax->drain_lock);
	check(devdax);
	mutex_unlock(&devdax->drain_lock);
}

void devdax_drain_setup(struct devdax *devdax)
{
	mutex_init(&devdax->drain_lock);
	INIT_DELAYED_WORK(&devdax->drain_work, drain_work);
}

void devdax_drain_kick(struct devdax *devdax)
{
	mod_delayed_work(system_wq, &devdax->drain_work, 0);
}

ssize_t devdax_drain_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	struct devdax *devdax = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n", words[READ_ONCE(devdax->drain)]);
}

/* When the write returns, reading says whether there are users. */
static void drain_on(struct devdax *devdax)
{
	mutex_lock(&devdax->drain_lock);
	if (change(devdax, DEVDAX_OPEN, DEVDAX_DRAINING))
		report(devdax, DEVDAX_DRAINING);
	check(devdax);
	mutex_unlock(&devdax->drain_lock);
}

static void drain_off(struct devdax *devdax)
{
	mutex_lock(&devdax->drain_lock);
	if (change(devdax, DEVDAX_DRAINING, DEVDAX_OPEN) ||
	    change(devdax, DEVDAX_DRAINED, DEVDAX_OPEN))
		report(devdax, DEVDAX_OPEN);
	mutex_unlock(&devdax->drain_lock);
}

ssize_t devdax_drain_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t len)
{
	struct devdax *devdax = dev_get_drvdata(dev);

	if (sysfs_streq(buf, "1") || sysfs_streq(buf, "on"))
		drain_on(devdax);
	else if (sysfs_streq(buf, "0") || sysfs_streq(buf, "off"))
		drain_off(devdax);
	else
		return -EINVAL;
	return len;
}
