// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/bystander-hold.h"
#include "act/crash.h"
#include "act/drain.h"
#include "act/lock.h"
#include "act/setting.h"
#include "act/shape.h"
#include "act/steps.h"
#include "basic/cleanup.h"
#include "facts/content.h"
#include "facts/root.h"
#include "facts/shape-lock.h"
#include "plan/step.h"

/* Sets the device and the blocks that @step is about. For undo the device is
 * found by its memory: one that was destroyed and created again may have
 * another name by now. */
static int focus(struct act_work *work, const struct plan_step *step, bool undo)
{
	const char *name = step->device ?: work->plan->device;
	_cleanup_free_ char *found = NULL;
	size_t first;
	int r;

	if (undo && step->device) {
		r = shape_find(work, &step->before, &found);
		if (r < 0)
			return r;
	}
	free(work->device);
	work->device = found ? TAKE_PTR(found) : strdup(name);
	if (!work->device)
		return -ENOMEM;
	work->blocks = work->all_blocks;
	work->blocks.n = plan_step_blocks(work->plan, step, &first);
	if (work->blocks.n > 0)
		work->blocks.ids += first;
	work->blocks.before += first;
	return 0;
}

static int undo_step(struct act_work *work, size_t index)
{
	const struct plan_step *step = &work->plan->steps[index];
	int r;

	/* A line that cannot be written does not stop undoing, which can be
	 * repeated. */
	journal_intent(&work->journal, index, true);
	crash_point(work->root_fd, "undo", index);
	r = focus(work, step, true);
	if (r == 0)
		r = step_undo(work, step);
	crash_point(work->root_fd, "undid", index);
	journal_outcome(&work->journal, index, true, r);
	return r;
}

/*
 * Undoes the step that failed, which may have been half done, and those before
 * it, last first. Stops at the first that cannot be undone: what would follow
 * relies on it. Returns 0 or its error.
 */
static int undo_from(struct act_work *work, size_t failed)
{
	int r;

	for (size_t i = failed + 1; i-- > 0;) {
		if (!step_has_undo(&work->plan->steps[i]))
			continue;
		work_report(work, i, ACT_UNDOING);
		r = undo_step(work, i);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Unplugged, or its region or namespace was taken away, meanwhile. */
static bool is_gone(const struct act_work *work)
{
	_cleanup_close_ int fd = -1;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "sys/bus/dax/devices/%s",
		 work->plan->device);
	fd = root_open(work->root_fd, path, O_PATH);
	return fd == -ENOENT;
}

/* Somebody else gave the device a driver, or keeps changing its memory blocks:
 * the next pass decides what is to be done about it, and how often. */
static bool is_other_agents(int error)
{
	return error == -ESTALE || error == -EXDEV;
}

static enum act_outcome judge(const struct act_work *work, int error, int undo)
{
	if (error == -EUSERS || error == -ECANCELED)
		return undo < 0		  ? ACT_STUCK
		       : error == -EUSERS ? ACT_REFUSED
					  : ACT_PREEMPTED;
	if (is_gone(work))
		return ACT_OVERTAKEN;
	if (is_other_agents(error) && (undo == 0 || is_other_agents(undo)))
		return ACT_OVERTAKEN;
	return undo < 0 ? ACT_STUCK : ACT_UNDONE;
}

static void conclude_failure(struct act_work *work, size_t step, int error,
			     struct act_result *ret)
{
	int r = 0;

	ret->step = step;
	ret->kind = work->plan->steps[step].kind;
	ret->failure = work_take_failure(work, error);
	/* Where somebody uses a device, only those have been touched that were
	 * found unused before it. */
	if (error != -EUSERS && error != -ECANCELED)
		r = undo_from(work, step);
	else if (step > 0)
		r = undo_from(work, step - 1);
	ret->outcome = judge(work, error, r);
	if (r < 0)
		ret->undo = work_take_failure(work, r);
	if (ret->outcome == ACT_OVERTAKEN && is_gone(work)) {
		ret->failure = (struct act_failure){ .cause = ACT_CAUSE_GONE };
		ret->undo = (struct act_failure){ 0 };
		ACT_FAILURE_SET(ret->failure.device, work->plan->device);
	}
	ret->blocks_added = blocks_any_added(&work->all_blocks);
}

static int take_step(struct act_work *work, size_t index)
{
	const struct plan_step *step = &work->plan->steps[index];
	int r;

	r = journal_intent(&work->journal, index, false);
	if (r < 0)
		return work_fail(work, r, ACT_CAUSE_JOURNAL);
	crash_point(work->root_fd, "take", index);
	r = focus(work, step, false);
	if (r == 0)
		r = step_take(work, step);
	crash_point(work->root_fd, "took", index);
	journal_outcome(&work->journal, index, false, r);
	return r;
}

static void run_steps(struct act_work *work, struct act_result *ret)
{
	const struct plan *plan = work->plan;
	int r;

	for (size_t i = 0; i < plan->n_steps; i++) {
		work_report(work, i, ACT_TAKING);
		r = take_step(work, i);
		if (r < 0) {
			conclude_failure(work, i, r, ret);
			return;
		}
	}
	ret->step = plan->n_steps;
}

/*
 * What killed workers left behind: settings, bystanders, and drains in @region,
 * whose lock we hold, or with NULL in all regions where nobody is at work.
 */
static int recover(int root_fd, const char *region)
{
	int settings = setting_recover(root_fd);
	int bystanders = bystander_hold_recover(root_fd);
	int drains = drain_recover(root_fd, region);

	return settings < 0	? settings
	       : bystanders < 0 ? bystanders
	       : drains < 0	? drains
				: settings | bystanders | drains;
}

int act_run_recover(int root_fd)
{
	/* So that readers find it before the first device is changed. */
	_cleanup_close_ int lock _unused_ = shape_lock_take(root_fd, true);

	return recover(root_fd, NULL);
}

static void finish(struct act_work *work)
{
	blocks_done(&work->all_blocks);
	free(work->device);
}

static void start_result(const struct plan *plan, enum act_outcome outcome,
			 struct act_result *ret)
{
	*ret = (struct act_result){
		.outcome = outcome,
		.n_steps = plan->n_steps,
	};
	ACT_FAILURE_SET(ret->device, plan->device);
}

int act_run_wait(int root_fd, const struct plan *plan, struct act_result *ret)
{
	_cleanup_close_ int lock = act_lock(root_fd, plan->region, true);

	if (lock < 0)
		return lock;
	start_result(plan, ACT_OVERTAKEN, ret);
	ret->failure.cause = ACT_CAUSE_OTHER_JOB;
	return 0;
}

int act_run(int root_fd, const struct plan *plan, uint64_t waited,
	    act_progress_fn progress, void *userdata, struct act_result *ret)
{
	struct act_work work = {
		.root_fd = root_fd,
		.plan = plan,
		.progress = progress,
		.userdata = userdata,
		.waited = waited,
	};
	_cleanup_close_ int lock = act_lock(root_fd, plan->region, false);
	_cleanup_close_ int content = -1;
	int r;

	if (lock == -EWOULDBLOCK)
		return act_run_wait(root_fd, plan, ret);
	if (lock < 0)
		return lock;
	content = content_lock(root_fd, plan->region, true);
	if (content < 0)
		return content;
	r = bystander_hold_prepare(root_fd);
	if (r < 0)
		return r;
	r = blocks_init(&work.all_blocks, root_fd, plan->blocks,
			plan->n_blocks);
	if (r < 0)
		return r;
	r = journal_begin(root_fd, plan, work.all_blocks.before, &work.journal);
	if (r < 0) {
		blocks_done(&work.all_blocks);
		return r;
	}
	start_result(plan, ACT_DONE, ret);
	recover(root_fd, plan->region);
	run_steps(&work, ret);
	/* What a failure kept from being put back. */
	setting_recover(root_fd);
	bystander_hold_recover(root_fd);
	journal_end(root_fd, work.journal.id,
		    act_result_outcome_name(ret->outcome));
	finish(&work);
	return 0;
}

static void run_undo(struct act_work *work, size_t step, struct act_result *ret)
{
	int r;

	recover(work->root_fd, work->plan->region);
	r = undo_from(work, step);
	setting_recover(work->root_fd);
	bystander_hold_recover(work->root_fd);
	start_result(work->plan, r < 0 ? ACT_STUCK : ACT_UNDONE, ret);
	ret->step = step;
	ret->kind = work->plan->steps[step].kind;
	if (r < 0)
		ret->undo = work_take_failure(work, r);
}

int act_run_undo(int root_fd, const struct journal_job *job,
		 act_progress_fn progress, void *userdata,
		 struct act_result *ret)
{
	const struct plan *plan = job->plan;
	struct act_work work = {
		.root_fd = root_fd,
		.plan = plan,
		.progress = progress,
		.userdata = userdata,
	};
	_cleanup_close_ int lock = -1, content = -1;
	int r;

	lock = act_lock(root_fd, plan->region, true);
	if (lock < 0)
		return lock;
	content = content_lock(root_fd, plan->region, true);
	if (content < 0)
		return content;
	r = journal_resume(root_fd, job, &work.journal);
	if (r < 0)
		return r;
	r = blocks_init_before(&work.all_blocks, root_fd, plan->blocks,
			       plan->n_blocks, job->before);
	if (r < 0)
		return r;
	run_undo(&work, job->step, ret);
	journal_end(root_fd, work.journal.id,
		    act_result_outcome_name(ret->outcome));
	finish(&work);
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

int act_run_open_jobs(int root_fd, struct journal_jobs *ret)
{
	struct journal_jobs all;
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
