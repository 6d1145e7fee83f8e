/* SPDX-License-Identifier: GPL-2.0-only */
/* drain: no new users, and a report when the last one is gone. */
#ifndef DEVDAX_DRAIN_H
#define DEVDAX_DRAIN_H

#include <linux/device.h>

struct devdax;

void devdax_drain_setup(struct devdax *devdax);

/* devdax_drain_kick() - the last file was closed; under devdax.lock, alive */
void devdax_drain_kick(struct devdax *devdax);

/* Of the attribute. */
ssize_t devdax_drain_show(struct device *dev, struct device_attribute *attr,
			  char *buf);
ssize_t devdax_drain_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t len);

#endif /* DEVDAX_DRAIN_H */
