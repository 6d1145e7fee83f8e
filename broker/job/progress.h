/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_JOB_PROGRESS_H
#define BROKER_JOB_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "act/phase.h"
#include "plan/plan.h"

/*
 * How far a job is: its present step, which its worker reports, and how many of
 * its memory blocks have gone online or offline in that step, which the
 * kernel's uevents report. So it is known while the worker waits in one
 * write(2) for the whole device. Pure.
 */
struct progress {
	const struct plan *plan; /* borrowed */
	size_t step;
	enum act_phase phase;
	bool *seen; /* for each block of the plan */
	size_t n_seen;
	size_t n_before;      /* in steps before this that move the same */
	unsigned int percent; /* that was reported last */
};

/* 0 or -ENOMEM. Until the first step is begun, this is the first one. */
int progress_init(struct progress *progress, const struct plan *plan);
void progress_done(struct progress *progress);

/* A step is in this phase. False: there is no such step. */
bool progress_step(struct progress *progress, size_t step,
		   enum act_phase phase);

/* Memory block @id went online, or offline. True: that is another percent of
 * the step. */
bool progress_block(struct progress *progress, uint64_t id, bool online);

/* Over all steps of the job that move memory; while one is undone, in that one.
 * A step that lies behind has moved all of its blocks. */
struct progress_count {
	uint64_t done, all; /* blocks */
	bool moving;	    /* the present step moves memory */
};
struct progress_count progress_count(const struct progress *progress);

/* "dax0.0: step 2 of 3: offline memory32-39 (...); 5 of 8 blocks, 640 MiB of 1
 * GiB", to be freed; NULL: no memory. */
char *progress_describe(const struct progress *progress);

#endif
