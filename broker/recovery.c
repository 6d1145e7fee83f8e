// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/recovery.h"
#include "plan/step.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static bool has_its_name(const struct journal_job *job,
			 const struct record *record)
{
	return record->region &&
	       strcmp(job->plan->region, record->region) == 0 &&
	       strcmp(job->plan->device, record->device) == 0;
}

/* Layout changes what the region's first device is known by, but not its
 * name. */
bool recovery_is_about(const struct journal_job *job,
		       const struct record *record)
{
	return strcmp(job->plan->identity, record->identity) == 0 ||
	       (plan_steps_lay_out(job->plan) && has_its_name(job, record));
}

bool recovery_is_moot(const struct journal_job *job,
		      const struct record_table *table)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct record *record = table->records[i];

		if (record->seen && (recovery_is_about(job, record) ||
				     has_its_name(job, record)))
			return false;
	}
	return !job->alive;
}

static const struct journal_job *newest(const struct journal_jobs *jobs,
					const struct record *record,
					unsigned int *ret_tries)
{
	const struct journal_job *found = NULL;
	unsigned int tries = 0;

	for (size_t i = 0; i < jobs->n; i++) {
		const struct journal_job *job = &jobs->jobs[i];

		if (job->alive || !recovery_is_about(job, record))
			continue;
		found = job;
		tries += 1 + job->attempts;
	}
	*ret_tries = tries;
	return found;
}

/* It stands for a slice, and what is planned for it is what that is to be, not
 * layout any more. */
static bool has_layout(const struct plan_item *item)
{
	return item->decision->slice &&
	       item->plan->mode == item->decision->use.mode;
}

bool recovery_is_due(const struct journal_jobs *jobs,
		     const struct record *record)
{
	unsigned int tries;

	return newest(jobs, record, &tries);
}

bool recovery_is_at_work(const struct journal_jobs *jobs, const char *region)
{
	for (size_t i = 0; i < jobs->n; i++)
		if (jobs->jobs[i].alive &&
		    strcmp(jobs->jobs[i].plan->region, region) == 0)
			return true;
	return false;
}

enum recovery recovery_choose(const struct journal_jobs *jobs,
			      const struct record *record,
			      const struct plan_item *item,
			      const struct journal_job **ret_job)
{
	unsigned int tries;

	*ret_job = newest(jobs, record, &tries);
	if (!*ret_job)
		return RECOVERY_NONE;
	if (item->plan->outcome == PLAN_NOTHING ||
	    (plan_steps_lay_out((*ret_job)->plan) && has_layout(item)))
		return RECOVERY_DONE;
	/* Its jobs stay open where the journal cannot be written. */
	if (record->stuck) {
		*ret_job = NULL;
		return RECOVERY_NONE;
	}
	/* A worker may also die before it has written anything. */
	if (tries >= RECOVERY_TRIES_MAX || record->deaths >= RECOVERY_TRIES_MAX)
		return RECOVERY_GIVE_UP;
	if (record->recover_at)
		return RECOVERY_LATER;
	return record_wants_job(record, item) ? RECOVERY_FINISH : RECOVERY_UNDO;
}

char *recovery_describe(const struct journal_job *job, enum recovery recovery)
{
	static const char *const what[RECOVERIES] = {
		[RECOVERY_NONE] = "nothing is done about it",
		[RECOVERY_DONE] =
			"the device is as decided: nothing is left to do",
		[RECOVERY_FINISH] = "it is being finished",
		[RECOVERY_UNDO] = ("it is not to be switched any more, and "
				   "what the job has done is being undone"),
		[RECOVERY_LATER] = "that is seen about after a pause",
		[RECOVERY_GIVE_UP] = "the device is left alone",
		[RECOVERY_GONE] = "the device is gone: nothing is left to do",
	};
	const struct plan *plan = job->plan;
	_cleanup_free_ char *step =
		plan_step_describe(plan, &plan->steps[job->step]);
	char *text;

	assert(recovery < RECOVERIES);
	if (asprintf(&text,
		     "A job of %s was cut off at step %zu of %zu (%s); %s",
		     plan->device, job->step + 1, plan->n_steps, step ?: "?",
		     what[recovery]) < 0)
		return NULL;
	return text;
}

struct act_result recovery_result(const struct journal_job *job)
{
	const struct plan *plan = job->plan;
	struct act_result result = {
		.outcome = ACT_STUCK,
		.step = job->step,
		.n_steps = plan->n_steps,
		.kind = plan->steps[job->step].kind,
		.failure = { .cause = ACT_CAUSE_CUT_OFF },
	};

	ACT_FAILURE_SET(result.device, plan->device);
	ACT_FAILURE_SET(result.failure.device, plan->device);
	return result;
}
