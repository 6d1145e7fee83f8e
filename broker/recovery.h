/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_RECOVERY_H
#define BROKER_RECOVERY_H

#include "act/journal.h"
#include "broker/record-table.h"

/*
 * What to do about a device's jobs that were cut off, by the journal: a switch
 * that is still wanted is finished, by an ordinary job from what is found; one
 * that is not is undone. Pure.
 */
enum recovery {
	RECOVERY_NONE,	  /* no job of it was cut off, or it is stuck */
	RECOVERY_DONE,	  /* it is as decided: nothing is left to do */
	RECOVERY_FINISH,  /* the plan from what is found leads there */
	RECOVERY_UNDO,	  /* go back to what was before the job */
	RECOVERY_LATER,	  /* one of these two, after a pause */
	RECOVERY_GIVE_UP, /* tried so often that it is left alone */
	RECOVERY_GONE,	  /* its device is: see recovery_is_moot() */
	RECOVERIES,
};

/* So many jobs of a device and attempts at undoing them may be cut off. */
#define RECOVERY_TRIES_MAX 3

/* @record as record_table_note() has left it with @item. *ret_job is the job
 * to undo first, the newest; NULL with RECOVERY_NONE. */
enum recovery recovery_choose(const struct journal_jobs *jobs,
			      const struct record *record,
			      const struct plan_item *item,
			      const struct journal_job **ret_job);

/* True when @job is one of the device's. */
bool recovery_is_about(const struct journal_job *job,
		       const struct record *record);

/* True when the device of @job is gone, and no other has its name: nothing is
 * left to finish or to undo. @table as a pass has left it. */
bool recovery_is_moot(const struct journal_job *job,
		      const struct record_table *table);

/* True when a job of the device was cut off. */
bool recovery_is_due(const struct journal_jobs *jobs,
		     const struct record *record);

/* True when a job that has outlived its daemon is at work in the region: what a
 * pass finds of it then is not what it is in the end. */
bool recovery_is_at_work(const struct journal_jobs *jobs, const char *region);

/* "A job of DEVICE was cut off at step 2 of 4 (...); WHAT", to be freed; NULL:
 * no memory. */
char *recovery_describe(const struct journal_job *job, enum recovery recovery);

/* What RECOVERY_GIVE_UP comes to, @job being the last one. */
struct act_result recovery_result(const struct journal_job *job);

#endif
