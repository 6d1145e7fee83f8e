/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_JOB_BOOK_H
#define BROKER_JOB_BOOK_H

#include "broker/batch.h"
#include "broker/history.h"
#include "broker/job-list.h"
#include "broker/watcher.h"

/* What those outside know of jobs, from when they wait until long after their
 * end. */
struct job_book {
	const struct watchers *watchers; /* borrowed */
	struct job_list jobs;		 /* that wait or run */
	struct history history;		 /* that have ended */
};

void job_book_clear(struct job_book *book);

/* The job waits; @trigger is what led to the pass. Nobody hears of one for
 * which there is no memory. */
void job_book_queue(struct job_book *book, const struct batch_job *job,
		    const char *trigger, uint64_t now);
void job_book_begin(struct job_book *book, const struct batch_job *job,
		    uint64_t now);
void job_book_progress(struct job_book *book, const struct batch_job *job,
		       const struct progress *progress, uint64_t now);
/* @result NULL: it was dropped. */
void job_book_end(struct job_book *book, const struct batch_job *job,
		  const struct act_result *result, uint64_t now);

#endif
