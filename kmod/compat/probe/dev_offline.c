// SPDX-License-Identifier: GPL-2.0-only
/* A device's flags have accessors (since 7.x); before, they were bits. */
#include <linux/device.h>

bool probe(struct device *dev)
{
	dev_assign_offline(dev, true);
	return dev_offline(dev) && !dev_offline_disabled(dev);
}
