/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_PASS_H
#define BROKER_PASS_H

#include "broker/batch.h"
#include "broker/record-table.h"
#include "broker/recovery.h"

/*
 * A pass takes a survey of the machine into the records, and decides which
 * jobs are to be done. Pure: nothing is read, written or logged here.
 */
struct pass_item {
	struct record *record;
	bool news; /* its outcome, refusal or message is another than before */
	bool disturbed; /* something else has changed it since the last pass */
	enum recovery recovery;		   /* of its jobs that were cut off */
	const struct journal_job *cut_off; /* the last of them, or NULL */
	bool wanted;			   /* a job is to be begun for it */
	bool wait; /* and does no more than wait for another one's end */
};

struct pass {
	struct survey *survey;
	struct journal_jobs open_jobs;
	struct pass_item *items;      /* one for each of the survey's */
	const struct record **strays; /* those that are new */
	size_t n_strays;
	size_t n_wanted;
};

/*
 * @survey, and @open_jobs as act_run_open_jobs() has read them, are the pass's
 * from now on, also when this fails. @first: it is the first one since the
 * daemon started. Returns 0 and *ret, to be freed with pass_free() when its
 * jobs have ended; or -ENOMEM.
 */
int pass_new(struct survey *survey, struct journal_jobs *open_jobs,
	     struct record_table *records, bool first, uint64_t now,
	     struct pass **ret);

void pass_free(struct pass *pass);
DEFINE_CLEANUP(struct pass *, pass_free)
#define _cleanup_pass_ _cleanup_(cleanup_pass_free)

/* The n_wanted jobs that are to be done, in order; to be freed. They point into
 * the pass. NULL: out of memory. */
struct batch_job *pass_jobs(const struct pass *pass);

#endif
