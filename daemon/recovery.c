// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/recovery.h"

#include <stdio.h>
#include <string.h>

static const struct journal_job *newest(const struct journal_list *jobs,
					const char *identity,
					unsigned int *ret_tries)
{
	const struct journal_job *found = NULL;
	unsigned int tries = 0;

	for (size_t i = 0; i < jobs->n; i++) {
		const struct journal_job *job = &jobs->jobs[i];

		if (job->alive || strcmp(job->plan->identity, identity) != 0)
			continue;
		found = job;
		tries += 1 + job->attempts;
	}
	*ret_tries = tries;
	return found;
}

bool recovery_is_due(const struct journal_list *jobs,
		     const struct record *record)
{
	unsigned int tries;

	return newest(jobs, record->identity, &tries);
}

bool recovery_is_at_work(const struct journal_list *jobs, const char *region)
{
	for (size_t i = 0; i < jobs->n; i++)
		if (jobs->jobs[i].alive &&
		    strcmp(jobs->jobs[i].plan->region, region) == 0)
			return true;
	return false;
}

enum recovery recovery_choose(const struct journal_list *jobs,
			      const struct record *record,
			      const struct survey_item *item,
			      const struct journal_job **ret_job)
{
	unsigned int tries;

	*ret_job = newest(jobs, record->identity, &tries);
	if (!*ret_job)
		return RECOVERY_NONE;
	if (item->plan->outcome == PLAN_NOTHING)
		return RECOVERY_DONE;
	if (tries >= RECOVERY_TRIES_MAX)
		return RECOVERY_GIVE_UP;
	return record_wants_job(record, item) ? RECOVERY_FINISH : RECOVERY_UNDO;
}

char *recovery_describe(const struct journal_job *job, enum recovery recovery)
{
	static const char *const what[] = {
		[RECOVERY_NONE] = "nothing is done about it",
		[RECOVERY_DONE] =
			"the device is as decided: nothing is left to do",
		[RECOVERY_FINISH] = "it is being finished",
		[RECOVERY_UNDO] = "it is not to be switched any more, and "
				  "that is undone",
		[RECOVERY_GIVE_UP] =
			"that happened again and again, so the device is left "
			"alone as it is; see what ends the daemon's workers "
			"(the kernel's log, the OOM killer), then reload",
	};
	const struct plan *plan = job->plan;
	_cleanup_free_ char *step =
		plan_step_describe(plan, &plan->steps[job->step]);
	char *text;

	if (asprintf(&text,
		     "A job of %s was cut off at step %zu of %zu (%s); %s",
		     plan->device, job->step + 1, plan->n_steps, step ?: "?",
		     what[recovery]) < 0)
		return NULL;
	return text;
}
