/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BROKER_PRIVATE_H
#define DAEMON_BROKER_PRIVATE_H

#include "daemon/broker.h"
#include "daemon/worker.h"

/* What broker.c (who is told, and when to look) and look.c (looking, deciding
 * and switching) share. */

#define WATCHERS_MAX 2

struct broker {
	sd_event *event;
	sd_event_source *timer; /* the next look */
	int root_fd;
	uid_t trusted_uid;
	struct broker_watcher watchers[WATCHERS_MAX];
	size_t n_watchers;
	struct policy_set *policies; /* NULL before the first look */
	struct record_table records;
	size_t n_regions;
	bool meanwhile;	      /* a job that outlived its daemon was at work */
	uint64_t last_uevent; /* older ones are in the last look already */
	int error;	      /* why the last look failed, or 0 */
	bool busy;
	bool looked; /* the first look is over */
	bool stopping;
	bool reload_wanted;

	struct worker *worker; /* the job that runs, or NULL */
	struct survey *survey; /* its plan is one of this */
	const struct plan *plan;
	char job[24]; /* the id of the job that runs or ran last */
	unsigned int n_jobs;
	char *job_identity; /* its device */
};

uint64_t broker_now(void);

void broker_tell_progress(struct broker *broker, const char *text);
void broker_tell_settled(struct broker *broker);

/* The next look is in @delay us, or when the job that runs has ended. */
void broker_schedule(struct broker *broker, uint64_t delay);

/* Looks, and begins a job or settles. */
void broker_evaluate(struct broker *broker);

/* The job that runs, if any, is over. */
void broker_drop_job(struct broker *broker);

#endif
