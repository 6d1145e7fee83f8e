/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_RESULT_H
#define ACT_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include "act/failure.h"
#include "plan/plan.h"

/* What became of a job: a plain value, as its failures are. */

enum act_outcome {
	ACT_DONE,    /* every step holds */
	ACT_REFUSED, /* somebody came to use the device: nothing was changed */
	ACT_UNDONE,  /* a step failed; what had been done was undone */
	ACT_STUCK,   /* a step failed, and so did undoing: see undo */
	ACT_OVERTAKEN, /* somebody else gave the device a driver meanwhile (udev
			* at boot) or keeps changing its memory blocks, or a
			* job that has outlived its daemon was at work, or it
			* is gone; undone as far as it goes, and to be planned
			* anew */
	ACT_PREEMPTED, /* it waited for users, and was asked to make way for a
			* pass; nothing was changed */
	ACT_LOST,      /* it was cut off, or never begun: how far it got stands
			* in the journal */
	ACT_OUTCOMES,
};

struct act_result {
	enum act_outcome outcome;
	size_t step; /* where it stopped; plan->n_steps when done */
	char device[ACT_NAME_MAX]; /* the plan's */
	size_t n_steps;		   /* of the plan; 0: it was not begun */
	enum plan_step_kind kind;  /* of the step where it stopped */
	struct act_failure failure;
	struct act_failure undo; /* of undoing: the cause of ACT_STUCK */
	bool blocks_added;	 /* undone, and memory blocks are there besides,
				  * offline */
};

/* "done", "refused", ... */
const char *act_result_outcome_name(enum act_outcome outcome);

/* Calls @fact for each fact of it that applies: the outcome as "job_outcome",
 * the step (from 1 on), how many "steps" there are, its kind, those of the
 * failure, and of undoing its cause and errno, as "undo_cause" and
 * "undo_errno". */
void act_result_facts(const struct act_result *result, act_fact_fn fact,
		      void *userdata);

/* "step 2 of 3 (offline) failed: WHY. dax0.0 is as it was before. Found in the
 * way: WHO": sentences without the last full stop, to be freed. NULL: no
 * memory. */
char *act_result_describe(const struct act_result *result);

#endif
