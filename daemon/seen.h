/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_SEEN_H
#define DAEMON_SEEN_H

#include "daemon/facts/snapshot.h"

/*
 * What a device of @snapshot is at this moment, for one who looks for what
 * changes it: "bound to kmem, memory32-34 offline, memory35-39 online in zone
 * Movable"; to be freed. NULL: out of memory.
 */
char *seen_describe(const struct facts_snapshot *snapshot,
		    const struct facts_device *device);

#endif
