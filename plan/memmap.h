/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_MEMMAP_H
#define PLAN_MEMMAP_H

#include <stdbool.h>

#include "facts/model/model.h"
#include "policy/values.h"

/* Where the kernel has its map of a device's memory: in that memory, or in
 * other memory of its own. */

/* True when this kernel can have it in the memory of @device. */
bool memmap_fits_inside(const struct facts_snapshot *snapshot,
			const struct facts_device *device);

/* True when it will be there once @device is plugged in as @wanted says. */
bool memmap_is_inside(const struct facts_snapshot *snapshot,
		      const struct facts_device *device,
		      enum policy_memmap wanted);

/* True when the map is not where @wanted says. It can be moved only while kmem
 * does not have the device. */
bool memmap_is_to_move(const struct facts_snapshot *snapshot,
		       const struct facts_device *device,
		       enum policy_memmap wanted);

/* What of @wanted has no effect, to go behind a sentence, or "". */
const char *memmap_remark(const struct facts_snapshot *snapshot,
			  const struct facts_device *device,
			  enum policy_memmap wanted);

#endif
