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
struct file;

extern const struct attribute_group devdax_access_group;

/* devdax_access_setup() - @devdax as the module's parameters say */
void devdax_access_setup(struct devdax *devdax);

/**
 * devdax_access_enter() - one more open file, if it may be
 * @devdax: the device
 * @file: that is being opened
 *
 * The kernel has asked for permission before, and open(2) may have been on its
 * way for long since. So it is asked for again once the file counts. Who takes
 * the permission away, and finds no opener after that, will find none.
 *
 * Return: 0, -ENXIO if it is dead, -EBUSY if it is drained or another has it
 * for itself, or the error of a permission that was taken away.
 */
int devdax_access_enter(struct devdax *devdax, struct file *file);

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
