/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_RUN_H
#define ACT_RUN_H

#include <stdint.h>

#include "act/journal.h"
#include "act/phase.h"
#include "act/result.h"
#include "plan/plan.h"

/*
 * Carries a plan out below a root descriptor. Blocking: the kernel may take
 * minutes over a write, so the daemon calls this in a worker process. A
 * pending fatal signal makes the kernel give up an offline. One plan at a time
 * is carried out in a region, also over several daemons.
 */

/* @plan->outcome must be PLAN_SWITCH; @waited: ms that were waited for users
 * already, before it was preempted. Returns 0 and fills *ret; or a negative
 * errno before anything was done. */
int act_run(int root_fd, const struct plan *plan, uint64_t waited,
	    act_progress_fn progress, void *userdata, struct act_result *ret);

/* Waits until no other job is at work in the region, as the plan was made while
 * one was. The outcome is ACT_OVERTAKEN; act_run() comes to the same when there
 * is one. */
int act_run_wait(int root_fd, const struct plan *plan, struct act_result *ret);

/*
 * Undoes what @job had done when it was cut off. The outcome is ACT_UNDONE or
 * ACT_STUCK; a negative errno before anything was done. Either way the journal
 * has it as ended.
 */
int act_run_undo(int root_fd, const struct journal_job *job,
		 act_progress_fn progress, void *userdata,
		 struct act_result *ret);

/*
 * Puts back what a worker left behind that was killed in the middle of a step
 * (act_run() does so too before it begins). 0: nothing was to be done; 1: it
 * was done; negative errno. Does not block, and leaves alone what another
 * worker holds.
 */
int act_run_recover(int root_fd);

/* journal_read(), and which of the jobs run. Those that were cut off
 * before their first step are ended by it. */
int act_run_open_jobs(int root_fd, struct journal_jobs *ret);

#endif
