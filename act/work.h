/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_WORK_H
#define ACT_WORK_H

#include "act/blocks.h"
#include "act/failure.h"
#include "act/journal.h"
#include "act/phase.h"
#include "plan/plan.h"

/* One plan being carried out. */
struct act_work {
	int root_fd;
	const struct plan *plan;
	act_progress_fn progress;
	void *userdata;
	uint64_t waited;	  /* ms, for users, in earlier attempts */
	struct blocks all_blocks; /* of the plan */
	/* What the step at hand is about. */
	char *device;
	struct blocks blocks;
	struct journal journal;
	struct act_failure failure; /* the first one since it was taken */
};

void work_report(const struct act_work *work, size_t step,
		 enum act_phase phase);

/*
 * Remember a failure of the device at hand, unless one is remembered already:
 * the first is what led to the others. @error is a negative errno, which they
 * return.
 */
int work_fail(struct act_work *work, int error, enum act_cause cause);

/* With the name of a driver, module, attribute or setting, and what was to be
 * written to it, or NULL. */
int work_fail_named(struct act_work *work, int error, enum act_cause cause,
		    const char *name, const char *value);

/* About the block that work->blocks.failed names. */
int work_fail_block(struct act_work *work, int error, enum act_cause cause);

/* What is remembered of a failure by @error, which is forgotten by this. */
struct act_failure work_take_failure(struct act_work *work, int error);

#endif
