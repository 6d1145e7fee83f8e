// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/act.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/crash.h"
#include "act/drain.h"
#include "act/explain.h"
#include "act/lock.h"
#include "act/run.h"
#include "act/setting.h"
#include "plan/step.h"

void act_report(const struct act_run *run, size_t step, enum act_phase phase)
{
	if (run->progress)
		run->progress(run->plan, step, phase, run->userdata);
}

static int undo_step(struct act_run *run, size_t index)
{
	const struct plan_step *step = &run->plan->steps[index];
	int r;

	/* Undoing goes on without a line that cannot be written: all of it
	 * can be done once more. */
	journal_intent(&run->journal, index, true);
	crash_point(run->root_fd, "undo", index);
	r = act_focus(run, step, true);
	if (r == 0)
		r = act_steps[step->kind].undo(run, step);
	crash_point(run->root_fd, "undid", index);
	journal_outcome(&run->journal, index, true, r);
	return r;
}

/*
 * Undoes the step that failed, which may have been half done, and those before
 * it, last first. Stops at the first that cannot be undone: what would follow
 * relies on it. Returns 0 or its error.
 */
static int undo_from(struct act_run *run, size_t failed)
{
	int r;

	for (size_t i = failed + 1; i-- > 0;) {
		if (!act_steps[run->plan->steps[i].kind].undo)
			continue;
		act_report(run, i, ACT_UNDOING);
		r = undo_step(run, i);
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
		r = asprintf(&text, "%s failed: %s. %s is as it was before%s",
			     what ? what : "a step", why, run->plan->device,
			     blocks_any_added(&run->all_blocks)
				     ? ", but for memory blocks that are there "
				       "besides, offline"
				     : "");
	return r < 0 ? NULL : text;
}

/* Unplugged, or its region or namespace was taken away, meanwhile. */
static bool is_gone(const struct act_run *run)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "sys/bus/dax/devices/%s",
		 run->plan->device);
	return faccessat(run->root_fd, path, F_OK, 0) < 0 && errno == ENOENT;
}

/* Somebody uses a device, so only those that were found unused before it have
 * been touched. */
static void conclude_unused(struct act_run *run, size_t step, int error,
			    const char *text, struct act_result *ret)
{
	int r = step > 0 ? undo_from(run, step - 1) : 0;

	ret->outcome = r < 0		  ? ACT_STUCK
		       : error == -EUSERS ? ACT_REFUSED
					  : ACT_PREEMPTED;
	ret->message = strdup(r < 0 && run->detail ? run->detail : text);
}

/* Somebody else gave the device a driver, or keeps changing its memory blocks:
 * the next look tells what is to be done about it, and how often. */
static bool is_other_agents(int error)
{
	return error == -ESTALE || error == -EXDEV;
}

static void conclude_failure(struct act_run *run, size_t step, int error,
			     struct act_result *ret)
{
	_cleanup_free_ char *why = TAKE_PTR(run->detail);
	const char *text = why ? why : strerror(-error);
	int r;

	ret->step = step;
	ret->error = -error;
	if (error == -EUSERS || error == -ECANCELED) {
		conclude_unused(run, step, error, text, ret);
		return;
	}
	r = undo_from(run, step);
	if (is_gone(run)) {
		ret->outcome = ACT_OVERTAKEN;
		ret->message = strdup("it is gone");
		return;
	}
	ret->outcome = is_other_agents(error) && (r == 0 || is_other_agents(r))
			       ? ACT_OVERTAKEN
		       : r < 0 ? ACT_STUCK
			       : ACT_UNDONE;
	ret->message = tell_failure(
		run, step, text,
		r == 0 ? NULL : (run->detail ? run->detail : strerror(-r)));
}

static int take_step(struct act_run *run, size_t index)
{
	const struct plan_step *step = &run->plan->steps[index];
	int r;

	r = journal_intent(&run->journal, index, false);
	if (r < 0)
		return act_explain(run, r, "the journal cannot be written: %s",
				   strerror(-r));
	crash_point(run->root_fd, "take", index);
	r = act_focus(run, step, false);
	if (r == 0)
		r = act_steps[step->kind].take(run, step);
	crash_point(run->root_fd, "took", index);
	journal_outcome(&run->journal, index, false, r);
	return r;
}

static void run_steps(struct act_run *run, struct act_result *ret)
{
	const struct plan *plan = run->plan;
	int r;

	for (size_t i = 0; i < plan->n_steps; i++) {
		act_report(run, i, ACT_TAKING);
		r = take_step(run, i);
		if (r < 0) {
			conclude_failure(run, i, r, ret);
			return;
		}
	}
	ret->step = plan->n_steps;
}

/*
 * What killed workers left behind: settings, and drains in @region, whose lock
 * we hold, or with NULL in all regions where nobody is at work.
 */
static int recover(int root_fd, const char *region)
{
	int settings = setting_recover(root_fd);
	int drains = drain_recover(root_fd, region);

	return settings < 0 ? settings
	       : drains < 0 ? drains
			    : settings | drains;
}

int act_recover(int root_fd)
{
	return recover(root_fd, NULL);
}

static void run_done(struct act_run *run)
{
	blocks_done(&run->all_blocks);
	free(run->device);
	free(run->detail);
}

int act_wait(int root_fd, const struct plan *plan, struct act_result *ret)
{
	_cleanup_close_ int lock = act_lock(root_fd, plan->region, true);

	if (lock < 0)
		return lock;
	*ret = (struct act_result){ .outcome = ACT_OVERTAKEN };
	ret->message = strdup("another job was at work in its region");
	return 0;
}

int act_run(int root_fd, const struct plan *plan, uint64_t waited,
	    act_progress_fn progress, void *userdata, struct act_result *ret)
{
	struct act_run run = {
		.root_fd = root_fd,
		.plan = plan,
		.progress = progress,
		.userdata = userdata,
		.waited = waited,
	};
	_cleanup_close_ int lock = act_lock(root_fd, plan->region, false);
	int r;

	if (lock == -EWOULDBLOCK)
		return act_wait(root_fd, plan, ret);
	if (lock < 0)
		return lock;
	r = blocks_init(&run.all_blocks, root_fd, plan->blocks, plan->n_blocks);
	if (r < 0)
		return r;
	r = journal_begin(root_fd, plan, run.all_blocks.before, &run.journal);
	if (r < 0) {
		blocks_done(&run.all_blocks);
		return r;
	}
	*ret = (struct act_result){ .outcome = ACT_DONE };
	recover(root_fd, plan->region);
	run_steps(&run, ret);
	/* What a failure kept from being put back. */
	setting_recover(root_fd);
	journal_end(root_fd, run.journal.id,
		    act_result_outcome_name(ret->outcome));
	run_done(&run);
	return 0;
}

static void run_undo(struct act_run *run, size_t step, struct act_result *ret)
{
	int r;

	recover(run->root_fd, run->plan->region);
	r = undo_from(run, step);
	setting_recover(run->root_fd);
	*ret = (struct act_result){ .outcome = ACT_UNDONE };
	if (r < 0) {
		ret->outcome = ACT_STUCK;
		ret->error = -r;
		ret->message = TAKE_PTR(run->detail) ?: strdup(strerror(-r));
	}
}

int act_undo(int root_fd, const struct journal_job *job,
	     act_progress_fn progress, void *userdata, struct act_result *ret)
{
	const struct plan *plan = job->plan;
	struct act_run run = {
		.root_fd = root_fd,
		.plan = plan,
		.progress = progress,
		.userdata = userdata,
	};
	_cleanup_close_ int lock = -1;
	int r;

	lock = act_lock(root_fd, plan->region, true);
	if (lock < 0)
		return lock;
	r = journal_resume(root_fd, job, &run.journal);
	if (r < 0)
		return r;
	r = blocks_init_before(&run.all_blocks, root_fd, plan->blocks,
			       plan->n_blocks, job->before);
	if (r < 0)
		return r;
	run_undo(&run, job->step, ret);
	journal_end(root_fd, run.journal.id,
		    act_result_outcome_name(ret->outcome));
	run_done(&run);
	return 0;
}

static bool is_alive(int root_fd, const struct journal_job *job)
{
	_cleanup_close_ int lock = act_lock(root_fd, job->plan->region, false);

	return lock == -EWOULDBLOCK;
}

/* Also ends those that were cut off before their first step. */
static bool is_open(int root_fd, struct journal_job *job)
{
	job->alive = is_alive(root_fd, job);
	if (!job->alive && !job->begun)
		journal_end(root_fd, job->id, "unbegun");
	return job->alive || job->begun;
}

int act_read_open(int root_fd, struct journal_list *ret)
{
	struct journal_list all;
	size_t n = 0;
	int r;

	r = journal_read(root_fd, &all);
	if (r < 0)
		return r;
	for (size_t i = 0; i < all.n; i++)
		if (is_open(root_fd, &all.jobs[i]))
			all.jobs[n++] = all.jobs[i];
		else
			journal_job_clear(&all.jobs[i]);
	all.n = n;
	*ret = all;
	return 0;
}
