// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/job-book.h"

#include <string.h>

#include "basic/log.h"
#include "broker/record.h"
#include "broker/report.h"

void job_book_clear(struct job_book *book)
{
	job_list_clear(&book->jobs);
	history_clear(&book->history);
}

static const char *purpose_of(const struct batch_job *job)
{
	if (job->undo)
		return "undo";
	if (job->wait)
		return "wait";
	return job->plan->mode == POLICY_MODE_KEEP ? "lay-out" : "switch";
}

void job_book_queue(struct job_book *book, const struct batch_job *job,
		    const char *trigger, uint64_t now)
{
	struct record *record = job->record;
	const bool asked = record->asked_by != JOB_RECORD_NOBODY;
	const struct job_record_origin origin = {
		.identity = record->identity,
		.policy = record->policy,
		.trigger = asked ? "apply" : trigger,
		.asked_by = record->asked_by,
	};
	struct job_record *known;

	record->job = job->number;
	known = job_record_new(job->number, job->plan, purpose_of(job), &origin,
			       now);
	if (known && job_list_add(&book->jobs, known) == 0)
		watchers_job(book->watchers, known);
}

void job_book_begin(struct job_book *book, const struct batch_job *job,
		    uint64_t now)
{
	struct job_record *known = job_list_find(&book->jobs, job->number);

	if (!known)
		return;
	job_record_begin(known, now);
	watchers_job(book->watchers, known);
}

void job_book_progress(struct job_book *book, const struct batch_job *job,
		       const struct progress *progress, uint64_t now)
{
	struct job_record *known = job_list_find(&book->jobs, job->number);
	struct record *record = job->record;
	char *text = progress_describe(progress);

	if (!text)
		return;
	free(record->progress);
	record->progress = text;
	report_progress(record);
	watchers_progress(book->watchers, text);
	if (!known)
		return;
	job_record_progress(known, progress, text, now);
	watchers_job(book->watchers, known);
}

void job_book_end(struct job_book *book, const struct batch_job *job,
		  const struct act_result *result, uint64_t now)
{
	_cleanup_job_record_ struct job_record *known =
		job_list_take(&book->jobs, job->number);
	int r;

	if (!known)
		return;
	job_record_end(known, result, now);
	r = history_add(&book->history, known);
	if (r < 0)
		log_debug("The history of jobs cannot be written: %s",
			  strerror(-r));
	watchers_job(book->watchers, known);
}
