/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_DEVICE_MODE_H
#define PLAN_DEVICE_MODE_H

#include "facts/model/model.h"

/* What a device is, for a person: bound to kmem is not system RAM yet. */
enum device_mode {
	DEVICE_MODE_UNBOUND, /* no driver has it */
	DEVICE_MODE_FOREIGN, /* another driver has it */
	DEVICE_MODE_FSDEV,   /* fsdev_dax has it, for a file system */
	DEVICE_MODE_DEVDAX,
	DEVICE_MODE_UNPLUGGED,	/* kmem has it, and has added no memory */
	DEVICE_MODE_STANDBY,	/* its memory is added, and all of it offline */
	DEVICE_MODE_SYSTEM_RAM, /* memory of it is online */
	DEVICE_MODE_STRANDED,	/* its memory is added, and kmem lost it */
	DEVICE_MODES,
};

/* Where its memory cannot be read, kmem's own attribute `state` counts. */
enum device_mode device_mode_find(const struct facts_snapshot *snapshot,
				  const struct facts_device *device);

/* "unbound", "foreign", "devdax", ... */
const char *device_mode_name(enum device_mode mode);

#endif
