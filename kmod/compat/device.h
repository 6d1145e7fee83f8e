/* SPDX-License-Identifier: GPL-2.0-only */
/* The accessors of a device's flags of Linux 7 for kernels that have bits. */
#ifndef COMPAT_DEVICE_H
#define COMPAT_DEVICE_H

#include <linux/device.h>

#ifndef HAVE_DEV_OFFLINE
static inline bool dev_offline(const struct device *dev)
{
	return dev->offline;
}

static inline void dev_assign_offline(struct device *dev, bool value)
{
	dev->offline = value;
}

static inline bool dev_offline_disabled(const struct device *dev)
{
	return dev->offline_disabled;
}
#endif

#endif /* COMPAT_DEVICE_H */
