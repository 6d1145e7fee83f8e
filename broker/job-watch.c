// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/job-watch.h"

#include <stdlib.h>

#include "broker/ending.h"
#include "broker/pass-report.h"
#include "broker/report.h"
#include "broker/schedule.h"

static void on_queued(const struct batch_job *job, void *userdata)
{
	struct broker *broker = userdata;

	job_book_queue(&broker->book, job, broker->trigger,
		       schedule_now(broker));
}

static void on_dropped(const struct batch_job *job, void *userdata)
{
	struct broker *broker = userdata;

	job->record->job = 0;
	job_book_end(&broker->book, job, NULL, schedule_now(broker));
}

static void on_begun(const struct batch_job *job, void *userdata)
{
	struct broker *broker = userdata;

	if (!job->undo) {
		report_job_begun(job->record, job->plan);
		record_job_begun(job->record, schedule_now(broker));
	}
	job_book_begin(&broker->book, job, schedule_now(broker));
}

static void on_progress(const struct batch_job *job,
			const struct progress *progress, void *userdata)
{
	struct broker *broker = userdata;

	job_book_progress(&broker->book, job, progress, schedule_now(broker));
}

static void on_ended(const struct batch_job *job,
		     const struct act_result *result, void *userdata)
{
	struct broker *broker = userdata;

	free(TAKE_PTR(job->record->progress));
	ending_take(broker->root_fd, job, result, schedule_now(broker));
	job_book_end(&broker->book, job, result, schedule_now(broker));
	if (!job->undo && !job->wait && result->outcome == ACT_DONE)
		pass_report_cleared(broker->pass, broker->root_fd, job->plan);
	if (!job->undo && !job->wait)
		lease_desk_job_ended(broker->desk, broker->pass, job->plan,
				     result);
}

static void on_all_ended(void *userdata)
{
	struct broker *broker = userdata;

	pass_free(TAKE_PTR(broker->pass));
	if (broker->stopping)
		schedule_settle(broker);
	else
		schedule_pass(broker, 0);
}

struct batch_events job_watch_events(struct broker *broker)
{
	return (struct batch_events){
		.queued = on_queued,
		.dropped = on_dropped,
		.begun = on_begun,
		.progress = on_progress,
		.ended = on_ended,
		.all_ended = on_all_ended,
		.userdata = broker,
	};
}
