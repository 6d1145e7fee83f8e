/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_ACT_H
#define ACT_ACT_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/plan/plan.h"

/*
 * Carries a plan out below a root descriptor. Blocking: the kernel may take
 * minutes over a write, so the daemon calls this in a worker process. A
 * pending fatal signal makes the kernel give up an offline it is at. One plan
 * at a time is carried out on a machine, also over several daemons.
 */

enum act_outcome {
	ACT_DONE,    /* every step holds */
	ACT_REFUSED, /* somebody came to use the device: nothing was changed */
	ACT_UNDONE,  /* a step failed; what had been done was undone */
	ACT_STUCK,   /* a step failed, and so did undoing: see message */
	ACT_OVERTAKEN, /* somebody else gave the device a driver meanwhile (udev
			* at boot), or a job that has outlived its daemon was
			* at work; undone, and to be planned anew */
	ACT_OUTCOMES,
};

struct act_result {
	enum act_outcome outcome;
	size_t step;   /* where it stopped; plan->n_steps when done */
	int error;     /* positive errno of the failure, 0: none */
	char *message; /* what failed, where and why, what to do; NULL: done */
};

/* Called before each step (@index < n_steps) and with @undo for each undo;
 * NULL stands for nobody wanting to know. */
typedef void (*act_progress_fn)(const struct plan *plan, size_t index,
				bool undo, void *userdata);

/* @plan->outcome must be PLAN_SWITCH. Returns 0 and fills *ret, whose message
 * is to be freed; or a negative errno before anything was done. */
int act_run(int root_fd, const struct plan *plan, act_progress_fn progress,
	    void *userdata, struct act_result *ret);

/* True when a worker carries a plan out, maybe one that has outlived its
 * daemon: what a snapshot shows then is not what it is in the end. */
bool act_is_at_work(int root_fd);

/* Waits until none does. The outcome is ACT_OVERTAKEN; act_run() comes to the
 * same when there is one. */
int act_wait(int root_fd, struct act_result *ret);

/*
 * Puts back what a worker left behind that was killed in the middle of a step
 * (act_run() does so too before it begins). 0: nothing was to be done; 1: it
 * was done; negative errno. Does not block.
 */
int act_recover(int root_fd);

const char *act_outcome_name(enum act_outcome outcome);

#endif
