/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_DECISION_OBJECT_H
#define CLI_DECISION_OBJECT_H

#include <json.h>

#include "plan/plan.h"
#include "policy/explanation.h"
#include "policy/grant.h"

/* What was decided for a device, and why: a JSON object. @asked: what the files
 * say up to the one that decided. */
json_object *decision_object_new(const struct plan_item *item,
				 const struct policy_grants *grants,
				 const struct policy_explanation *asked);

/* How files answered: an array. The caller owns it. */
json_object *
decision_object_reasons(const struct policy_explanation *explanation);

#endif
