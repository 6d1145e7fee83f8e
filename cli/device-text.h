/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_DEVICE_TEXT_H
#define CLI_DEVICE_TEXT_H

#include "cli/terminal.h"
#include "plan/plan.h"

/* What is printed of a device, and of what was decided for it, in a word. */

/* "movable", "kernel", "mixed" or NULL: the zone of its blocks that are online.
 */
const char *device_text_zone(const struct facts_snapshot *snapshot,
			     const struct facts_device *device);

/* "devdax", "system-ram:movable", "system-ram:kernel(auto)", "layout", ...: to
 * be freed; NULL: out of memory. */
char *device_text_wanted(const struct facts_snapshot *snapshot,
			 const struct plan_item *item);

/* "as-decided", "to-switch", "kept", "refused", "unknown", "policy-error",
 * "stranded". */
const char *device_text_state(const struct plan_item *item);

/* How a terminal shows that. */
enum terminal_style device_text_style(const struct plan_item *item);

#endif
