/* SPDX-License-Identifier: GPL-2.0-only */
/* The attributes users/: who uses the device. */
#ifndef DEVDAX_USERS_H
#define DEVDAX_USERS_H

#include <linux/sysfs.h>

extern const struct attribute_group devdax_users_group;

#endif /* DEVDAX_USERS_H */
