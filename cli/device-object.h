/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_DEVICE_OBJECT_H
#define CLI_DEVICE_OBJECT_H

#include <json.h>

#include "facts/model/model.h"

/* Adds all facts of @device to a JSON object: its own, its region's, those of
 * its memory blocks, its node and its users. */
void device_object_add(json_object *object,
		       const struct facts_snapshot *snapshot,
		       const struct facts_device *device);

#endif
