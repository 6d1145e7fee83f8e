/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The attributes of a bound device; what they mean stands in
 * Documentation/ABI/testing/sysfs-bus-dax-kmem.
 */
#ifndef KMEM_ATTRIBUTE_H
#define KMEM_ATTRIBUTE_H

#include <linux/sysfs.h>

extern const struct attribute_group *kmem_attribute_groups[];

#endif /* KMEM_ATTRIBUTE_H */
