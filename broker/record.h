/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_RECORD_H
#define BROKER_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "act/run.h"
#include "basic/cleanup.h"
#include "broker/job-record.h"
#include "broker/lease/lease.h"
#include "broker/outcome.h"
#include "plan/device-mode.h"
#include "plan/plan.h"
#include "plan/refusal.h"

/*
 * What the daemon remembers of each device between two passes, by the device's
 * identity, and the rules for when a device gets another job.
 * Pure bookkeeping: nothing is read, written or logged here.
 */

/* So many jobs in a row, and no more: somebody else is at the device too. */
#define RECORD_JOBS_MAX 3
/* Jobs are in a row when less than this lies between them. */
#define RECORD_ROW_USEC (10 * 60 * UINT64_C(1000000))

/* A job that failed for what may pass is tried again so often, with pauses that
 * grow from the first to the last by this factor. The same pauses lie between
 * two answers to another agent. */
#define RECORD_RETRIES_MAX 3
#define RECORD_RETRY_USEC (2 * UINT64_C(1000000))
#define RECORD_RETRY_FACTOR 5

struct record {
	char *identity;
	char *device; /* its name when last seen */
	char *region;
	char *policy;		  /* the file that decided, or NULL */
	char *reason;		  /* the plan's sentence */
	char *pool;		  /* that its memory is of, or NULL */
	char lease[LEASE_ID_MAX]; /* that has it, or of Reserve= will; "": none
				   */
	char *udev; /* what udev is to know of it: survey/udev-property.h */
	bool udev_changed; /* since daemon/udev-sync.c has compared it */
	char *found;	   /* what something else made of it, seen last */
	struct policy_override override; /* of a person, without identity */
	bool overridden;		 /* there is one */
	enum record_outcome outcome;
	enum plan_refusal refusal;
	enum device_mode mode;	   /* what it is now */
	enum content_kind content; /* where a pass had to know it */
	int node;		   /* its target node, or -1 */
	bool seen;		   /* by the present pass */
	bool as_found; /* kept by the first pass: Present=keep may be why */

	unsigned int job; /* the number of its job that waits, runs, or that the
			   * next pass is to bear out; 0: none */
	char *progress;	  /* how far that is, or NULL */

	uid_t asked_by; /* the user who asked for its next job, or
			 * JOB_RECORD_NOBODY */

	unsigned int jobs; /* in a row, without those that failed */
	uint64_t last_job; /* when the last one began: CLOCK_MONOTONIC, us */
	uint64_t waiting_since;	 /* for users; 0: it was not preempted */
	bool switched;		 /* a job said that it was done */
	enum policy_mode wanted; /* by the last plan with steps;
				  * POLICY_MODE_KEEP: its region laid out */
	enum policy_mode to;	 /* what the last job that was done led to */
	bool laid_out;		 /* it has just laid out the region */
	bool unverified;	 /* and no pass has borne that out yet */
	bool kept;		 /* it is left alone since */
	bool as_decided;	 /* the last pass found it so */
	bool disturbed;		 /* something else has changed it then */
	unsigned int restored;	 /* so often a job has put that right */
	bool backing_off;	 /* the last job failed: not again for now */
	unsigned int failures;	 /* of jobs, in a row */
	unsigned int deaths; /* of workers in the middle of a job, in a row */
	uint64_t recover_at; /* not before that is the last such job finished
			      * or undone; 0: now */
	struct act_blocker user; /* for whom it was refused, as reported last */
	uint64_t retry_at;	 /* when it is tried again; 0: not by itself */
	bool contended;
	/* Of the job that failed, until a pass has something to say itself;
	 * ACT_DONE: none did. */
	struct act_result result;
	bool cancelled; /* by somebody: no event is a reason to try again */
	bool stuck; /* left alone until a reload, unless it becomes as decided
		     * by itself */
};

/* To be freed with record_free(); NULL: out of memory. */
struct record *record_new(const char *identity);
void record_free(struct record *record);
DEFINE_CLEANUP(struct record *, record_free)
#define _cleanup_record_ _cleanup_(cleanup_record_free)

/* Takes @item in, which a pass has found at time @now. Returns 1 when its
 * outcome, refusal or reason is another one than before, 0, or -ENOMEM. */
int record_note(struct record *record, const struct plan_item *item,
		uint64_t now);

/* The same of memory whose device is gone. Returns 0 or -ENOMEM. */
int record_note_stray(struct record *record, const struct facts_stray *stray,
		      uint64_t block_size);

/* Of one device, as of all by the functions of record-table.h. */
void record_reset(struct record *record);
void record_release(struct record *record, const char *device);
void record_retry(struct record *record, uint64_t now);

/* True when the plan of @item is to be carried out now. */
bool record_wants_job(const struct record *record,
		      const struct plan_item *item);

/* The pause after the @n'th attempt, us. */
uint64_t record_retry_pause(unsigned int n);

/* A job begins, or has ended. */
void record_job_begun(struct record *record, uint64_t now);
void record_job_ended(struct record *record, const struct act_result *result,
		      uint64_t now);

/* Its worker died in the middle of a job, which the next pass has finished or
 * undone; after a pause when that is what the worker was doing. */
void record_job_died(struct record *record, uint64_t now);

/* It was refused for this user; true: that is not as it was before. */
bool record_note_user(struct record *record, const struct act_blocker *user);

/* It cannot be brought to a known state, for @result: it is left alone from now
 * on. */
void record_give_up(struct record *record, const struct act_result *result);

/* What is in the way was found by the job that undid the one that failed. */
void record_set_blocker(struct record *record,
			const struct act_blocker *blocker);

#endif
