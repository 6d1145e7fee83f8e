/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_REFUSAL_H
#define PLAN_REFUSAL_H

#include "facts/model/model.h"
#include "plan/plan.h"

/*
 * Whether @device must not get, or must not have, @decision's mode; @flags
 * are enum plan_flags, ORed. Returns
 * PLAN_REFUSAL_NONE, or the refusal and *ret_reason, a sentence to be freed
 * (NULL: out of memory). The first that holds is told.
 */
enum plan_refusal refusal_find(const struct facts_snapshot *snapshot,
			       const struct facts_device *device,
			       const struct policy_decision *decision,
			       unsigned int flags, char **ret_reason);

/* Whether @device must not be taken from its driver and destroyed, for its
 * region is laid out anew; the same. */
enum plan_refusal refusal_of_release(const struct facts_snapshot *snapshot,
				     const struct facts_device *device,
				     const struct policy_decision *decision,
				     unsigned int flags, char **ret_reason);

/* A stable word: "busy", "foreign-driver", ... */
const char *plan_refusal_name(enum plan_refusal refusal);

#endif
