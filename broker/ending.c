// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/ending.h"

#include "act/run.h"
#include "broker/recovery.h"
#include "broker/report.h"

/* Undoing what was cut off says nothing about the decision: the record's
 * outcome stays that of the pass, unless it failed. */
static void take_undone(struct record *record, const struct act_result *result)
{
	record->deaths = 0;
	if (result->outcome == ACT_STUCK) {
		record_give_up(record, result);
		return;
	}
	report_undone(record, result);
	/* The pass has left the job's own result, if that was cancelled. */
	if (record->backing_off)
		record_set_blocker(record, &result->failure.blocker);
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

/* Its worker died, and nobody here was the cause. */
static bool has_died(const struct act_result *result)
{
	return result->failure.cause == ACT_CAUSE_WORKER_EXITED ||
	       result->failure.cause == ACT_CAUSE_WORKER_KILLED ||
	       result->failure.cause == ACT_CAUSE_WORKER_GARBLED;
}

static bool is_to_be_reported(const struct batch_job *job,
			      const struct act_result *result)
{
	switch (result->outcome) {
	case ACT_STUCK:
	case ACT_LOST:
		return true;
	case ACT_REFUSED:
		return !job->undo &&
		       record_note_user(job->record, &result->failure.blocker);
	case ACT_UNDONE:
		return !job->undo;
	case ACT_DONE:
	case ACT_OVERTAKEN:
	case ACT_PREEMPTED:
	case ACT_OUTCOMES:
		break;
	}
	return false;
}

void ending_take(int root_fd, const struct batch_job *job,
		 const struct act_result *result, uint64_t now)
{
	if (result->outcome == ACT_LOST) {
		act_run_recover(root_fd);
		if (has_died(result) && was_begun(root_fd, job->record)) {
			/* The next pass has it finished or undone. */
			record_job_died(job->record, now);
			report_result(job->record, result);
			return;
		}
	}
	if (job->undo && result->outcome != ACT_LOST)
		take_undone(job->record, result);
	else
		record_job_ended(job->record, result, now);
	if (is_to_be_reported(job, result))
		report_record(job->record);
	else if (result->outcome == ACT_DONE && !job->undo &&
		 job->plan->mode == POLICY_MODE_KEEP)
		report_laid_out(job->record);
	else if (result->outcome == ACT_OVERTAKEN)
		report_result(job->record, result);
}
