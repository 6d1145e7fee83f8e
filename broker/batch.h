/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_BATCH_H
#define BROKER_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/interface.h"

/*
 * Jobs that are carried out: those of different regions side by side, those of
 * one region one after the other, in their order and by one worker. Each step
 * of a job has a deadline. What a job's end means is for the caller to judge.
 */
struct batch;
struct progress;
struct record;

/* So many jobs run at once; more regions than that wait. */
#define BATCH_RUNNING_MAX 16

/* What a step may take, for itself and for each memory block of the device. */
#define BATCH_STEP_USEC (5 * 60 * UINT64_C(1000000))
#define BATCH_STEP_USEC_PER_BLOCK UINT64_C(1000000)

struct batch_job {
	struct record *record;	 /* of its device; for the caller */
	const char *device;	 /* that one's name, "dax0.0" */
	const struct plan *plan; /* to be carried out; or, with undo, its */
	const struct journal_job *undo; /* to be undone, or NULL */
	bool wait; /* for another job in the region, instead of the plan */
	uint64_t waiting_since; /* for users of the device; 0: not yet */
	unsigned int number;	/* by batch_begin() */
};

/* What a batch reports, from the event loop or from the functions below. All
 * that is handed over is borrowed. */
struct batch_events {
	/* It waits for its turn; its number is known. */
	void (*queued)(const struct batch_job *job, void *userdata);
	/* It does so no more, and is not begun. */
	void (*dropped)(const struct batch_job *job, void *userdata);
	/* Its worker is about to be started. */
	void (*begun)(const struct batch_job *job, void *userdata);
	/* Where it is now. */
	void (*progress)(const struct batch_job *job,
			 const struct progress *progress, void *userdata);
	/* With ACT_LOST when its worker died without a result, when none could
	 * be started, or when it was cancelled before that. */
	void (*ended)(const struct batch_job *job,
		      const struct act_result *result, void *userdata);
	/* No job runs or waits any more; another batch may begin. */
	void (*all_ended)(void *userdata);
	void *userdata;
};

/* @interface is borrowed. Returns 0 and *ret, to be freed with batch_free();
 * or -ENOMEM. */
int batch_new(const struct broker_interface *interface,
	      const struct batch_events *events, struct batch **ret);

/* Kills what runs, without a report. */
void batch_free(struct batch *batch);
DEFINE_CLEANUP(struct batch *, batch_free)

/* Begins with the @n jobs of @jobs (allocated), which are the batch's from now
 * on; their plans must live until all_ended(), which may come at once. */
void batch_begin(struct batch *batch, struct batch_job *jobs, size_t n);

/* False: all has ended. */
bool batch_is_busy(const struct batch *batch);

/* Begins no more of its jobs; those that run go on. */
void batch_drop_waiting(struct batch *batch);

/*
 * Where all jobs that run only wait for users of their devices: they are asked
 * to make way for a pass, and no more are begun. False, and nothing done: one
 * changes its device.
 */
bool batch_preempt(struct batch *batch);

/* Asks all jobs to end, and begins no more. True: some run still, and
 * all_ended() follows. */
bool batch_stop(struct batch *batch);

/* Ends the job of @device ("dax0.0") that runs or waits; @why is for the
 * result, or "". 0; -ENOENT: it has none. */
int batch_cancel(struct batch *batch, const char *device, const char *why);

/* A memory block went online, or offline. */
void batch_note_block(struct batch *batch, uint64_t id, bool online);

#endif
