/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_PHASE_H
#define ACT_PHASE_H

#include <signal.h>
#include <stddef.h>

#include "plan/plan.h"

/* Where a job is with a step. */
enum act_phase {
	ACT_TAKING,  /* it is begun */
	ACT_WAITING, /* it waits for the users of the device to go */
	ACT_UNDOING, /* its undo is begun */
	ACT_PHASES,
};

/* Called at each. NULL: nobody wants to know. */
typedef void (*act_progress_fn)(const struct plan *plan, size_t step,
				enum act_phase phase, void *userdata);

/*
 * Asks a job to give up while it waits for users; heeded nowhere else. Blocked
 * by act_run()'s caller, and with a handler that need do nothing.
 */
#define ACT_PREEMPT_SIGNAL SIGUSR1

#endif
