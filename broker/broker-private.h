/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_BROKER_PRIVATE_H
#define BROKER_BROKER_PRIVATE_H

#include "broker/broker.h"
#include "broker/job/progress.h"
#include "broker/job/worker.h"
#include "broker/recovery.h"

/* What broker.c (who is told, and when to look), look.c (looking and deciding)
 * and batch.c (having it carried out) share. */

#define WATCHERS_MAX 2

/* What is to be done for a device. */
struct work {
	struct record *record;
	const struct plan_item *item;
	const struct journal_job *undo; /* this, instead of the item's plan */
	bool wait; /* for another job in the region, instead of the plan */
};

struct running;

/*
 * The work that one look has led to: jobs of different regions run side by
 * side, those of one region one after the other. All plans are of that look,
 * and the next look is when the last job has ended.
 */
struct batch {
	struct survey *survey; /* owns the plans; NULL: nothing is at work */
	struct work *waiting;  /* the first n_begun are not any more */
	size_t n_waiting, n_begun;
	struct running *running; /* a list */
	size_t n_running;
	bool unverified; /* one of it has ended */
};

struct broker {
	sd_event *event;
	sd_event_source *timer; /* the next look */
	sd_event_source *retry; /* when a job that failed is due again */
	int root_fd;
	uid_t trusted_uid;
	struct broker_watcher watchers[WATCHERS_MAX];
	size_t n_watchers;
	struct policy_set *policies; /* NULL before the first look */
	struct record_table records;
	size_t n_regions;
	uint64_t last_uevent; /* older ones are in the last look already */
	int error;	      /* why the last look failed, or 0 */
	bool busy;
	bool looked; /* the first look is over */
	bool stopping;
	bool reload_wanted;
	bool unplug; /* see broker_unplug() */

	struct journal_list open_jobs; /* by the last look */
	struct batch batch;
	unsigned int n_jobs; /* so far */
};

uint64_t broker_now(void);

void broker_tell_progress(struct broker *broker, const char *text);

/* All that was to be done is done, or fails: says so, and sees to the time of
 * the next attempt. */
void broker_settle(struct broker *broker);

/* The next look is in @delay us, or when the jobs that run have ended. */
void broker_schedule(struct broker *broker, uint64_t delay);

/* Looks, and begins jobs or settles. */
void broker_evaluate(struct broker *broker);

/*
 * Has the @n slices of @work (allocated) done, whose plans are of @survey; both
 * are the batch's from now on. A look is scheduled when all is over.
 */
void batch_begin(struct broker *broker, struct survey *survey,
		 struct work *work, size_t n);

/* Nothing more of it is begun; what runs goes on. */
void batch_drop_waiting(struct broker *broker);

/*
 * Where all jobs that run only wait for users: they make way for a look at the
 * machine, after which they begin anew where they are still wanted. False, and
 * nothing done: one is at work.
 */
bool batch_preempt(struct broker *broker);

/* Asks all jobs to end, and begins no more. True: some run still, and
 * broker_settle() follows. */
bool batch_stop(struct broker *broker);

/* As broker_cancel(). */
int batch_cancel(struct broker *broker, const char *device, const char *why);

/* A memory block went online, or offline. */
void batch_note_block(struct broker *broker, uint64_t id, bool online);

/* Kills what runs. */
void batch_clear(struct broker *broker);

#endif
