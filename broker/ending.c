// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/ending.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "broker/recovery.h"
#include "broker/report.h"
#include "plan/step.h"

/* Undoing what was cut off says nothing about the decision: the record's
 * outcome stays that of the pass, unless it failed. */
static int take_undone(struct record *record, const struct act_result *result)
{
	_cleanup_free_ char *blocker =
		act_failure_describe_blocker(&result->failure.blocker);
	_cleanup_free_ char *what = act_result_describe(result), *text = NULL;

	if (result->outcome == ACT_STUCK)
		return record_give_up(record, what ?: "Undoing it failed");
	if (asprintf(&text,
		     "What the job had done that was cut off is undone%s%s",
		     blocker ? ". Found in the way: " : "", blocker ?: "") < 0)
		return -ENOMEM;
	report_cut_off(record, text);
	return blocker ? record_add_blocker(record, blocker) : 0;
}

static int take_result(const struct batch_job *job,
		       const struct act_result *result, uint64_t now)
{
	_cleanup_free_ char *what = act_result_describe(result);
	struct record *record = job->record;
	int r = job->undo ? take_undone(record, result)
			  : record_job_ended(record, result, now);

	if (result->outcome == ACT_OVERTAKEN)
		log_info("%s: %s; it is planned anew", record->device,
			 what ?: "overtaken");
	else if (result->outcome == ACT_STUCK ||
		 (!job->undo && result->outcome != ACT_DONE &&
		  result->outcome != ACT_PREEMPTED))
		report_record(record);
	return r;
}

/* "The switch was cancelled at step 1 of 3 (...): WHY" and what to do. */
static char *describe_cancel(const struct batch_job *job,
			     const struct batch_end *end)
{
	const struct plan *plan = job->plan;
	_cleanup_free_ char *step =
		plan_step_describe(plan, &plan->steps[end->step]);
	char *text;

	if (asprintf(&text,
		     "The switch was cancelled at step %zu of %zu (%s): %s. "
		     "What it had done is undone; \"daxbroker diagnose %s\" "
		     "shows what keeps memory from going offline",
		     end->step + 1, plan->n_steps, step ?: "?", end->why,
		     job->device) < 0)
		return NULL;
	return text;
}

static char *describe_end(const struct batch_job *job,
			  const struct batch_end *end, bool stopping)
{
	char *text = NULL;

	switch (end->kind) {
	case BATCH_END_NO_WORKER:
		return strdup("No worker process could be started. Reload "
			      "when the machine has room.");
	case BATCH_END_NOT_BEGUN:
		if (asprintf(&text,
			     "The switch was cancelled before it began: %s",
			     end->why) < 0)
			return NULL;
		return text;
	case BATCH_END_CANCELLED:
	case BATCH_END_DIED:
	case BATCH_END_RESULT:
		break;
	}
	if (stopping)
		return strdup("The daemon was stopped in the middle of its "
			      "switch; the next start goes on from what it "
			      "finds.");
	if (end->kind == BATCH_END_CANCELLED)
		return describe_cancel(job, end);
	return strdup(end->why);
}

/* The journal has something of it that is to be finished or undone. */
static bool was_begun(int root_fd, const struct record *record)
{
	struct journal_jobs jobs;
	bool begun;

	if (act_run_open_jobs(root_fd, &jobs) < 0)
		return false;
	begun = recovery_is_due(&jobs, record);
	journal_jobs_clear(&jobs);
	return begun;
}

static int take_lost(const struct batch_job *job, const struct batch_end *end,
		     bool stopping)
{
	_cleanup_free_ char *text = describe_end(job, end, stopping);
	int r = record_job_lost(job->record, text ?: end->why);

	report_record(job->record);
	return r;
}

/* It left something behind, maybe, that the next pass finishes or undoes. */
static int take_death(int root_fd, const struct batch_job *job,
		      const struct batch_end *end, bool stopping)
{
	act_run_recover(root_fd);
	if (end->kind == BATCH_END_DIED && !stopping &&
	    was_begun(root_fd, job->record)) {
		log_warning("%s: %s", job->device, end->why);
		return 0;
	}
	return take_lost(job, end, stopping);
}

void ending_take(int root_fd, const struct batch_job *job,
		 const struct batch_end *end, bool stopping, uint64_t now)
{
	int r = 0;

	switch (end->kind) {
	case BATCH_END_RESULT:
		r = take_result(job, end->result, now);
		break;
	case BATCH_END_NO_WORKER:
		log_error("%s: no worker process could be started: %s",
			  job->device, strerror(-end->error));
		r = take_lost(job, end, stopping);
		break;
	case BATCH_END_NOT_BEGUN:
		r = take_lost(job, end, stopping);
		break;
	case BATCH_END_CANCELLED:
	case BATCH_END_DIED:
		r = take_death(root_fd, job, end, stopping);
		break;
	}
	if (r < 0)
		log_error("out of memory");
}
