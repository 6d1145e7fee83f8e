/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_OVERRIDES_H
#define BROKER_OVERRIDES_H

#include <stdbool.h>

#include "policy/override.h"

/*
 * What people said of devices: in force, and on disk, so that it survives the
 * daemon. Nothing changes where it cannot be written. All return 0 or a
 * negative errno.
 */

/* Adds @override; -EDQUOT: too many. */
int overrides_put(int root_fd, struct policy_overrides *in_force,
		  const struct policy_override *override);

/* Drops that of a device; -ENOENT: there is none. */
int overrides_drop(int root_fd, struct policy_overrides *in_force,
		   const char *identity);

/* Ends those whose time is over at @now; true: there were some. */
bool overrides_expire(int root_fd, struct policy_overrides *in_force,
		      uint64_t now);

#endif
