/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_DEVICE_STATE_H
#define BROKER_DEVICE_STATE_H

#include "facts/model/model.h"

/*
 * What a device of @snapshot is at this moment, for one who looks for what
 * changes it: "bound to kmem, memory32-34 offline, memory35-39 online in zone
 * Movable"; to be freed. NULL: out of memory.
 */
char *device_state_describe(const struct facts_snapshot *snapshot,
			    const struct facts_device *device);

#endif
