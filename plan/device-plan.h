/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_DEVICE_PLAN_H
#define PLAN_DEVICE_PLAN_H

#include "plan/plan.h"

/*
 * Plans @device of @snapshot, whose holders must have been loaded for any
 * device that is to leave devdax (device_plan_needs_holders()), but with
 * PLAN_USERS_LATER, to @decision; @flags are enum plan_flags, ORed; @before is
 * what the switches take that come before it, or NULL. Returns 0 and *ret, to
 * be freed with plan_free(); or -ENOMEM.
 */
int device_plan_make(const struct facts_snapshot *snapshot,
		     const struct facts_device *device,
		     const struct policy_decision *decision, unsigned int flags,
		     const struct plan_balance *before, struct plan **ret);

/* True when a plan for this may ask who holds the device. */
bool device_plan_needs_holders(const struct facts_device *device,
			       const struct policy_decision *decision);

#endif
