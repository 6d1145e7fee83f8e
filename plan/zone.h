/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_ZONE_H
#define PLAN_ZONE_H

#include <stdbool.h>

#include "facts/model/model.h"
#include "policy/use.h"

/*
 * Which zone Zone=auto means. What is online stays where it is; for the rest
 * the kernel decides (mm/memory_hotplug.c, zone_for_pfn_range(); see
 * Documentation/admin-guide/mm/memory-hotplug.rst).
 */

/* True when memory of @device that becomes @use goes to the movable zone. With
 * auto-movable the kernel keeps to its auto_movable_ratio besides. */
bool zone_is_movable(const struct facts_snapshot *snapshot,
		     const struct facts_device *device,
		     const struct policy_use *use);

/* "movable", "kernel", "movable(auto)", "kernel(auto)"; and "mixed(auto)",
 * where the memory is online in both. */
const char *zone_word(const struct facts_snapshot *snapshot,
		      const struct facts_device *device,
		      const struct policy_use *use);

/* What is to be known of a switch with Zone=auto, to go behind a sentence, or
 * "". */
const char *zone_remark(const struct facts_snapshot *snapshot,
			const struct facts_device *device,
			const struct policy_use *use);

#endif
