/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_ACT_H
#define ACT_ACT_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "act/journal.h"
#include "act/result.h"
#include "plan/plan.h"

/*
 * Carries a plan out below a root descriptor. Blocking: the kernel may take
 * minutes over a write, so the daemon calls this in a worker process. A
 * pending fatal signal makes the kernel give up an offline it is at. One plan
 * at a time is carried out in a region, also over several daemons.
 */

/*
 * Asks act_run() to give up where it only waits for the users of a device to
 * go; it is heeded nowhere else. Blocked by act_run()'s caller, and with a
 * handler that need do nothing.
 */
#define ACT_PREEMPT_SIGNAL SIGUSR1

/* Where act_run() is with a step. */
enum act_phase {
	ACT_TAKING,  /* it is begun */
	ACT_WAITING, /* it waits for the users of the device to go */
	ACT_UNDOING, /* its undo is begun */
	ACT_PHASES,
};

/* NULL stands for nobody wanting to know. */
typedef void (*act_progress_fn)(const struct plan *plan, size_t step,
				enum act_phase phase, void *userdata);

/* @plan->outcome must be PLAN_SWITCH; @waited: ms that were waited for users
 * already, before it was preempted. Returns 0 and fills *ret, whose message is
 * to be freed; or a negative errno before anything was done. */
int act_run(int root_fd, const struct plan *plan, uint64_t waited,
	    act_progress_fn progress, void *userdata, struct act_result *ret);

/* Waits until no other job is at work in the region, as the plan was made while
 * one was. The outcome is ACT_OVERTAKEN; act_run() comes to the same when there
 * is one. */
int act_wait(int root_fd, const struct plan *plan, struct act_result *ret);

/*
 * Undoes what @job had done when it was cut off. The outcome is ACT_UNDONE, or
 * ACT_STUCK with a message; a negative errno before anything was done. Either
 * way the journal has it as ended.
 */
int act_undo(int root_fd, const struct journal_job *job,
	     act_progress_fn progress, void *userdata, struct act_result *ret);

/*
 * Puts back what a worker left behind that was killed in the middle of a step
 * (act_run() does so too before it begins). 0: nothing was to be done; 1: it
 * was done; negative errno. Does not block, and leaves alone what another
 * worker holds.
 */
int act_recover(int root_fd);

/* As journal_read(), and tells which of the jobs run. */
int act_read_open(int root_fd, struct journal_list *ret);

#endif
