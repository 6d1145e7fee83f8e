/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIB_INHERITED_H
#define LIB_INHERITED_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/lease.h"

/*
 * The descriptors of leases that this process was started with
 * (sd_listen_fds(3)): two of each lease. They belong to the process, and each
 * can be taken once.
 */
struct inherited {
	char id[LEASE_ID_MAX];
	int device_fd, lease_fd;
	bool stored; /* by systemd; else by "daxbroker lease run" */
};

/* The @i-th of those not taken yet: 1 and *ret, 0: there are no more, or a
 * negative errno. */
int inherited_get(size_t i, struct inherited *ret);

/* From now on the caller closes them: 0, or -ENOENT: somebody else does. */
int inherited_take(const struct inherited *inherited);

#endif
