// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/device-mode.h"

#include <assert.h>
#include <string.h>

#include "basic/names.h"
#include "plan/plan.h"

static const char *const names[] = {
	[DEVICE_MODE_UNBOUND] = "unbound",
	[DEVICE_MODE_FOREIGN] = "foreign",
	[DEVICE_MODE_FSDEV] = "fsdev",
	[DEVICE_MODE_DEVDAX] = "devdax",
	[DEVICE_MODE_UNPLUGGED] = "unplugged",
	[DEVICE_MODE_STANDBY] = "standby",
	[DEVICE_MODE_SYSTEM_RAM] = "system-ram",
	[DEVICE_MODE_STRANDED] = "stranded",
};

const char *device_mode_name(enum device_mode mode)
{
	assert(mode < DEVICE_MODES);
	return names[mode];
}

static enum device_mode mode_by_state(const struct facts_device *device)
{
	const char *state = device->kmem_state;

	if (state && strcmp(state, "unplugged") == 0)
		return DEVICE_MODE_UNPLUGGED;
	if (state && strcmp(state, "offline") == 0)
		return DEVICE_MODE_STANDBY;
	return DEVICE_MODE_SYSTEM_RAM;
}

static enum device_mode mode_of_kmem(const struct facts_snapshot *snapshot,
				     const struct facts_device *device)
{
	if (!device->ranges_known)
		return mode_by_state(device);
	if (device->n_blocks == 0)
		return DEVICE_MODE_UNPLUGGED;
	return plan_count_online(snapshot, device) > 0 ? DEVICE_MODE_SYSTEM_RAM
						       : DEVICE_MODE_STANDBY;
}

static enum device_mode mode_of_other(const struct facts_device *device)
{
	if (!device->driver)
		return DEVICE_MODE_UNBOUND;
	return facts_device_is_bound(device, DRIVER_FSDEV)
		       ? DEVICE_MODE_FSDEV
		       : DEVICE_MODE_FOREIGN;
}

enum device_mode device_mode_find(const struct facts_snapshot *snapshot,
				  const struct facts_device *device)
{
	if (plan_is_stranded(device))
		return DEVICE_MODE_STRANDED;
	switch (plan_current_mode(device)) {
	case POLICY_MODE_SYSTEM_RAM:
		return mode_of_kmem(snapshot, device);
	case POLICY_MODE_DEVDAX:
		return DEVICE_MODE_DEVDAX;
	default:
		return mode_of_other(device);
	}
}
