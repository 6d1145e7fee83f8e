/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_JOURNAL_JOB_H
#define ACT_JOURNAL_JOB_H

#include <json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/model/model.h"
#include "plan/plan.h"

/*
 * A job as it stands in the journal, as far as undoing it takes: the steps and
 * how each memory block was before the first.
 */
#define JOURNAL_ID_MAX 40

/* Of a device, and of all jobs that have not ended; what is said to have more
 * makes no sense. */
#define JOURNAL_BLOCKS_MAX (UINT64_C(1) << 20)

/* One that has not ended: it was cut off, or runs. */
struct journal_job {
	char id[JOURNAL_ID_MAX];
	struct plan *plan; /* names, blocks, and the steps without reasons */
	struct facts_block *before; /* for each of the plan's blocks */
	bool alive;  /* by act_run_open_jobs(): its process runs, maybe one that
		      * has outlived its daemon */
	bool begun;  /* a step was */
	size_t step; /* the last one that was */
	unsigned int attempts; /* at undoing it, cut off too */
};

/* Adds to @object what is to be known of a job whose blocks are @before. 0;
 * -E2BIG: JOURNAL_BLOCKS_MAX; -ENOMEM. */
int journal_job_write(json_object *object, const struct plan *plan,
		      const struct facts_block *before);

/* Reads that back: 0 and plan and before of *ret; -EINVAL: it makes no sense,
 * or nobody could undo it; -ENOMEM. */
int journal_job_read(json_object *object, struct journal_job *ret);

/* When it began (clock_usec()), by its id; 0: unknown. */
uint64_t journal_job_time(const struct journal_job *job);

void journal_job_clear(struct journal_job *job);

#endif
