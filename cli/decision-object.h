/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_DECISION_OBJECT_H
#define CLI_DECISION_OBJECT_H

#include <json.h>

#include "plan/plan.h"

/* What was decided for a device, and why: a JSON object. */
json_object *decision_object_new(const struct plan_item *item);

/* How one file answered. The caller owns it. */
json_object *decision_object_reason(const struct policy_reason *reason);

#endif
