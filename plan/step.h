/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_STEP_H
#define PLAN_STEP_H

#include "plan/plan.h"

/* The memory blocks of @plan that @step is about: from *ret_first on. Returns
 * how many. */
size_t plan_step_blocks(const struct plan *plan, const struct plan_step *step,
			size_t *ret_first);

/* "memory32-39 movable": a step, and its undo, as a line for a person; to be
 * freed; NULL: out of memory (or, for the undo, nothing to undo:
 * PLAN_CHECK_UNUSED, PLAN_EMPTY and PLAN_LOAD_MODULE change nothing, and what
 * PLAN_CLEAR takes away is to go). */
char *plan_step_describe(const struct plan *plan, const struct plan_step *step);
char *plan_step_describe_undo(const struct plan *plan,
			      const struct plan_step *step);

/* A stable word: "check-unused", ... */
const char *plan_step_kind_name(enum plan_step_kind kind);
/* PLAN_STEP_KINDS: there is none of this name. */
enum plan_step_kind plan_step_kind_find(const char *name);

enum plan_direction {
	PLAN_DIRECTION_NONE,
	PLAN_DIRECTION_OFFLINE,
	PLAN_DIRECTION_ONLINE,
};
/* Which way the memory blocks of the step go, or with @undo of its undo. */
enum plan_direction plan_step_direction(const struct plan_step *step,
					bool undo);

/* True when it takes memory offline, be it another device's. */
bool plan_step_takes_offline(const struct plan_step *step);

/* True when the steps of @plan change which devices there are in its region. */
bool plan_steps_lay_out(const struct plan *plan);

#endif
