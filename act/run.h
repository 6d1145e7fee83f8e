/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_RUN_H
#define ACT_RUN_H

#include "act/act.h"
#include "act/blocks.h"
#include "act/journal.h"
#include "plan/plan.h"

/* One plan being carried out. */
struct act_run {
	int root_fd;
	const struct plan *plan;
	act_progress_fn progress;
	void *userdata;
	uint64_t waited;	  /* ms, for users, in earlier attempts */
	struct blocks all_blocks; /* of the plan */
	/* What the step at hand is about, see act_focus(). */
	char *device;
	struct blocks blocks;
	struct journal journal;
	char *detail; /* what failed and what to do, for the result's message;
		       * freed by act_run() */
};

/*
 * Takes and undoes one step of each kind: the table is indexed by enum
 * plan_step_kind. Both return 0, or a negative errno and run->detail.
 * From take() of PLAN_CHECK_UNUSED, with nothing changed, -EUSERS: somebody
 * uses the device; -ECANCELED: it was preempted (ACT_PREEMPT_SIGNAL).
 */
struct act_step {
	int (*take)(struct act_run *run, const struct plan_step *step);
	int (*undo)(struct act_run *run, const struct plan_step *step);
};

/* Tells whom it may interest. */
void act_report(const struct act_run *run, size_t step, enum act_phase phase);

/* Gives the plan's device to @driver, or takes it away: 0, or a negative errno
 * and run->detail. For kmem see kmem.h. */
int act_bind(struct act_run *run, const char *driver);
int act_unbind(struct act_run *run, const char *driver);

/* Sets run->device and run->blocks for @step, which is to be taken, or undone.
 * Returns 0, or a negative errno and run->detail. */
int act_focus(struct act_run *run, const struct plan_step *step, bool undo);

extern const struct act_step act_steps[PLAN_STEP_KINDS];

#endif
