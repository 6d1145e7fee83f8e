/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_JOB_JOB_H
#define BROKER_JOB_JOB_H

#include <stdint.h>

#include "act/journal.h"
#include "plan/plan.h"

/*
 * The inside of a worker process, right after fork(2): lets go of what the
 * daemon had, carries the first of the @n orders out below @root_fd, reports as
 * frames to @report_fd, then those that it is asked for there, by their
 * numbers, and exits. Of a job that was undone the result's failure names the
 * blocker of its memory, if one was found.
 */
struct job_order {
	unsigned int number;	 /* among the others of a worker */
	const struct plan *plan; /* to be carried out; or, with undo, its */
	const struct journal_job *undo; /* to be undone, or NULL */
	bool wait;	 /* for another job in the region, and no more */
	uint64_t waited; /* as for act_run() */
};

_Noreturn void job_run(int root_fd, int report_fd,
		       const struct job_order *orders, size_t n);

#endif
