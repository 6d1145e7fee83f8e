/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_DEVICE_OBJECT_H
#define CLI_DEVICE_OBJECT_H

#include <json.h>

#include "facts/model/model.h"

/* All facts of @device: its own, its region's, those of its memory blocks and
 * its node, with the keys of facts files. The caller owns it. NULL: out of
 * memory. */
json_object *device_object_new(const struct facts_snapshot *snapshot,
			       const struct facts_device *device);

#endif
