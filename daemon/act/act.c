// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/act/act.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/act/drain.h"
#include "daemon/act/lock.h"
#include "daemon/act/run.h"
#include "daemon/act/setting.h"

static const char *const outcome_names[] = {
	[ACT_DONE] = "done",	       [ACT_REFUSED] = "refused",
	[ACT_UNDONE] = "undone",       [ACT_STUCK] = "stuck",
	[ACT_OVERTAKEN] = "overtaken",
};

const char *act_outcome_name(enum act_outcome outcome)
{
	return outcome_names[outcome];
}

static void report(const struct act_run *run, act_progress_fn progress,
		   size_t index, bool undo, void *userdata)
{
	if (progress)
		progress(run->plan, index, undo, userdata);
}

/*
 * Undoes the step that failed, which may have been half done, and those before
 * it, last first. Stops at the first that cannot be undone: what would follow
 * relies on it. Returns 0 or its error.
 */
static int undo_from(struct act_run *run, size_t failed,
		     act_progress_fn progress, void *userdata)
{
	const struct plan *plan = run->plan;
	int r;

	for (size_t i = failed + 1; i-- > 0;) {
		const struct plan_step *step = &plan->steps[i];

		if (!act_steps[step->kind].undo)
			continue;
		report(run, progress, i, true, userdata);
		r = act_steps[step->kind].undo(run, step);
		if (r < 0)
			return r;
	}
	return 0;
}

/* "STEP failed: WHY" and what became of the device. */
static char *tell_failure(const struct act_run *run, size_t step,
			  const char *why, const char *undo_why)
{
	_cleanup_free_ char *what =
		plan_step_describe(run->plan, &run->plan->steps[step]);
	char *text;
	int r;

	if (undo_why)
		r = asprintf(&text,
			     "%s failed: %s. Undoing it failed too: %s. %s is "
			     "left as it is",
			     what ? what : "a step", why, undo_why,
			     run->plan->device);
	else
		r = asprintf(&text, "%s failed: %s. %s is as it was before",
			     what ? what : "a step", why, run->plan->device);
	return r < 0 ? NULL : text;
}

static void conclude_failure(struct act_run *run, size_t step, int error,
			     act_progress_fn progress, void *userdata,
			     struct act_result *ret)
{
	_cleanup_free_ char *why = TAKE_PTR(run->detail);
	const char *text = why ? why : strerror(-error);
	int r;

	ret->step = step;
	ret->error = -error;
	if (error == -EUSERS) {
		ret->outcome = ACT_REFUSED;
		ret->message = strdup(text);
		return;
	}
	r = undo_from(run, step, progress, userdata);
	ret->outcome = r < 0		  ? ACT_STUCK
		       : error == -ESTALE ? ACT_OVERTAKEN
					  : ACT_UNDONE;
	ret->message = tell_failure(
		run, step, text,
		r == 0 ? NULL : (run->detail ? run->detail : strerror(-r)));
}

static void run_steps(struct act_run *run, act_progress_fn progress,
		      void *userdata, struct act_result *ret)
{
	const struct plan *plan = run->plan;
	int r;

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];

		report(run, progress, i, false, userdata);
		r = act_steps[step->kind].take(run, step);
		if (r < 0) {
			conclude_failure(run, i, r, progress, userdata, ret);
			return;
		}
	}
	ret->step = plan->n_steps;
}

static int recover(int root_fd)
{
	int settings = setting_recover(root_fd);
	int drains = drain_recover(root_fd);

	return settings < 0 ? settings
	       : drains < 0 ? drains
			    : settings | drains;
}

int act_recover(int root_fd)
{
	_cleanup_close_ int lock = act_lock(root_fd, false);

	if (lock == -EWOULDBLOCK)
		return 0; /* a worker that is at it still */
	return lock < 0 ? lock : recover(root_fd);
}

bool act_is_at_work(int root_fd)
{
	_cleanup_close_ int lock = act_lock(root_fd, false);

	return lock == -EWOULDBLOCK;
}

int act_wait(int root_fd, struct act_result *ret)
{
	_cleanup_close_ int lock = act_lock(root_fd, true);

	if (lock < 0)
		return lock;
	*ret = (struct act_result){ .outcome = ACT_OVERTAKEN };
	ret->message = strdup("another job was at work");
	return 0;
}

int act_run(int root_fd, const struct plan *plan, act_progress_fn progress,
	    void *userdata, struct act_result *ret)
{
	struct act_run run = { .root_fd = root_fd, .plan = plan };
	_cleanup_close_ int lock = act_lock(root_fd, false);
	int r;

	if (lock == -EWOULDBLOCK)
		return act_wait(root_fd, ret);
	if (lock < 0)
		return lock;
	r = blocks_init(&run.blocks, root_fd, plan->blocks, plan->n_blocks);
	if (r < 0)
		return r;
	*ret = (struct act_result){ .outcome = ACT_DONE };
	recover(root_fd);
	run_steps(&run, progress, userdata, ret);
	blocks_done(&run.blocks);
	free(run.detail);
	return 0;
}
