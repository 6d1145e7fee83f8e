/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who may open and map the device, and the attributes for it: exclusive,
 * dontfork, drain; poisoned_pages is beside them.
 */
#ifndef DEVDAX_ACCESS_H
#define DEVDAX_ACCESS_H

#include <linux/sysfs.h>
#include <linux/types.h>

struct devdax;

extern const struct attribute_group devdax_access_group;

/* devdax_access_setup() - @devdax as the module's parameters say */
void devdax_access_setup(struct devdax *devdax);

/**
 * devdax_access_enter() - one more open file, if it may be
 * @devdax: the device
 *
 * Return: 0, -ENXIO if it is dead, or -EBUSY if it is drained or another has
 * it for itself.
 */
int devdax_access_enter(struct devdax *devdax);

/* devdax_access_leave() - an open file is gone, and all its mappings */
void devdax_access_leave(struct devdax *devdax);

/**
 * devdax_access_map() - one more mapping, if it may be
 * @devdax: the device
 * @ret_dontfork: whether it is not to be inherited
 *
 * Return: 0, or -EBUSY if the device is drained.
 */
int devdax_access_map(struct devdax *devdax, bool *ret_dontfork);

#endif /* DEVDAX_ACCESS_H */
