/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_DRAFT_H
#define PLAN_DRAFT_H

#include "plan/plan.h"

/* A plan while it is made: for those who make plans. All return 0 or -ENOMEM.
 */

/* A plan of @device without outcome and steps, for @mode and @zone. */
int draft_new(const struct facts_snapshot *snapshot,
	      const struct facts_device *device, enum policy_mode mode,
	      enum policy_zone zone, struct plan **ret);

/* Its outcome, and why: a sentence. */
int draft_conclude(struct plan *plan, enum plan_outcome outcome,
		   const char *format, ...) _printf_(3, 4);

/* Appends a step, for the reason formatted: a phrase. What @step points to is
 * the plan's then, also on failure. */
int draft_add_step(struct plan *plan, struct plan_step step, const char *format,
		   ...) _printf_(3, 4);

void draft_drop_steps(struct plan *plan);

/* The memory blocks that the ranges of @device have room for go behind those
 * that the plan has already. -ERANGE: more than any machine has. */
int draft_add_blocks(struct plan *plan, const struct facts_device *device);

/* A switch that could be made is refused where a limit forbids it. */
int draft_respect_limits(struct plan *plan,
			 const struct facts_snapshot *snapshot,
			 const struct facts_device *device,
			 const struct policy_decision *decision,
			 const struct plan_balance *before);

#endif
