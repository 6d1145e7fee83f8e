/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_PATH_H
#define BROKER_LEASE_PATH_H

#include <stdint.h>
#include <sys/types.h>

#include "policy/grant.h"

/*
 * The node of a lease that was asked for with a path: DEV_LEASES/ID, with the
 * number of its device. Neither the kernel nor udev knows it, so nobody but the
 * daemon changes whose it is. No inode of it is used twice: whatever leads to
 * an old one (a hard link, a mount, a descriptor, an ACL on it) leads to what
 * is root's and has no permission left.
 */

/* Whether the device of @grant may be opened by a path now. */
bool lease_path_is_due(const struct policy_grant *grant);

/* Has it be the user's, for this device, whatever it was. A descriptor
 * (O_PATH), or a negative errno: it is nobody's. */
int lease_path_make(int root_fd, uint64_t id, uid_t uid, unsigned int major,
		    unsigned int minor);

/* It is nobody's, and gone. 0, also where it was not there; or a negative
 * errno: it may be somebody's still. */
int lease_path_take(int root_fd, uint64_t id);

/* The same of all that are not due. Returns the first error. */
int lease_path_trim(int root_fd, const struct policy_grants *grants);

#endif
