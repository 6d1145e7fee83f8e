/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_JOB_RECORD_H
#define BROKER_JOB_RECORD_H

#include <sys/types.h>

#include "act/result.h"
#include "basic/cleanup.h"
#include "broker/job/progress.h"
#include "plan/plan.h"

/*
 * What is known of one job, for those outside: from when it waits for its turn
 * until it has ended. Plain bookkeeping: nothing is read, written or logged
 * here. Times are CLOCK_MONOTONIC, us; 0: not yet.
 */

#define JOB_RECORD_NOBODY ((uid_t)-1)

enum job_record_state {
	JOB_RECORD_WAITING,
	JOB_RECORD_RUNNING,
	JOB_RECORD_ENDING, /* it was cancelled */
	JOB_RECORD_ENDED,
};

struct job_record {
	unsigned int number; /* counted from the daemon's start */
	char *device;	     /* "dax0.0" */
	char *identity;
	char *region;
	char *policy;	     /* the file that decided, or NULL */
	char *reason;	     /* the plan's sentence */
	const char *purpose; /* "switch", "lay-out", "undo" or "wait" */
	enum policy_mode to; /* that it leads to, of a switch */
	const char *trigger; /* what led to it: "start", "reload", ... */
	uid_t asked_by;	     /* the user, or JOB_RECORD_NOBODY */
	enum job_record_state state;
	size_t step, n_steps;
	enum plan_step_kind kind; /* of the step */
	uint64_t block_size, n_blocks, n_done;
	char *progress; /* a sentence, or NULL */
	uint64_t queued_at, begun_at, ended_at;
	uint64_t moving_since; /* the first of its steps that moves memory */
	uint64_t updated_at;   /* n_done is of that time */
	/* When it has ended: */
	const char *outcome;
	char *message; /* without what names a process; or NULL */
	char *blocker; /* who was in the way, in words, or NULL */
};

struct job_record_origin {
	const char *identity, *policy; /* the device's */
	const char *trigger;	       /* static */
	uid_t asked_by;
};

/* A job that carries @plan out waits; @purpose is static. To be freed with
 * job_record_free(); NULL: out of memory. */
struct job_record *job_record_new(unsigned int number, const struct plan *plan,
				  const char *purpose,
				  const struct job_record_origin *origin,
				  uint64_t now);
void job_record_free(struct job_record *job);
DEFINE_CLEANUP(struct job_record *, job_record_free)
#define _cleanup_job_record_ _cleanup_(cleanup_job_record_free)

void job_record_begin(struct job_record *job, uint64_t now);
void job_record_progress(struct job_record *job,
			 const struct progress *progress, const char *text,
			 uint64_t now);
/* @result NULL: it was not begun, as the policies or the machine have
 * changed. */
void job_record_end(struct job_record *job, const struct act_result *result,
		    uint64_t now);

/* Calls @fact for each that applies, in a fixed order; without @processes none
 * that names a process. docs/org.daxbroker1.5 explains them. */
void job_record_facts(const struct job_record *job, bool processes,
		      act_fact_fn fact, void *userdata);

#endif
