/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_DRAFT_H
#define PLAN_DRAFT_H

#include "plan/plan.h"

/*
 * A plan while it is made, with what it is made from: for those who make plans.
 * All functions that return int return 0 or -ENOMEM, unless they say more.
 */
struct draft {
	const struct facts_snapshot *snapshot;
	const struct facts_device *device;
	const struct policy_decision *decision; /* of the device */
	bool of_region;	   /* its steps are about several devices */
	struct plan *plan; /* the draft's until somebody takes it */
};

/* Begins the plan for @mode and @zone, without outcome and steps. What stands
 * before plan in struct draft is set by the caller. */
int draft_begin(struct draft *draft, enum policy_mode mode,
		enum policy_zone zone);
void draft_done(struct draft *draft);
#define _cleanup_draft_ _cleanup_(draft_done)

/* Sets the outcome, and why: a sentence. */
int draft_conclude(struct draft *draft, enum plan_outcome outcome,
		   const char *format, ...) _printf_(3, 4);

/* The switch must not be made, for this reason: there are no steps. */
int draft_refuse(struct draft *draft, enum plan_refusal refusal,
		 const char *format, ...) _printf_(3, 4);

/* Appends a step, for the reason formatted: a phrase. The plan owns what @step
 * points to, also on failure. */
int draft_add_step(struct draft *draft, struct plan_step step,
		   const char *format, ...) _printf_(3, 4);

/* The same for a step about @device as it is now. In the plan of a region it
 * names the device and its memory. */
int draft_add_step_of(struct draft *draft, const struct facts_device *device,
		      struct plan_step step, const char *format, ...)
	_printf_(4, 5);

/* The memory blocks that the ranges of @device have room for go behind those
 * that the plan has already. -ERANGE: more than any machine has. */
int draft_add_blocks(struct draft *draft, const struct facts_device *device);

/* Compares the switch, whose balance is set, with daxbroker.conf's limits;
 * where one forbids it, it is refused. @before is what the switches change that
 * come before it, or NULL. */
int draft_respect_limits(struct draft *draft, bool adds_ram,
			 const struct plan_balance *before);

#endif
