/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_WATCHER_H
#define BROKER_WATCHER_H

#include <stdbool.h>
#include <stddef.h>

struct job_record;

/* What the broker reports; any may be NULL. */
struct broker_watcher {
	/* There is something to do; reported once until settled. */
	void (*busy)(void *userdata);
	/* What is being done at this moment, for a person. */
	void (*progress)(const char *text, void *userdata);
	/* A pass has found what the machine is now: records and inventory are
	 * of it. Not while nothing has been found. */
	void (*passed)(void *userdata);
	/* A job waits, has begun, is further, or has ended: see its state. It
	 * may be gone after the last. */
	void (*job)(const struct job_record *job, void *userdata);
	/* All that was to be done is done: every device is decided, no job
	 * runs, nothing waits. */
	void (*settled)(void *userdata);
	void *userdata;
};

#define WATCHERS_MAX 2

struct watchers {
	struct broker_watcher watchers[WATCHERS_MAX];
	size_t n;
	bool busy; /* it was reported, and settled not yet */
};

/* 0; -ENOSPC: there are WATCHERS_MAX already. */
int watchers_add(struct watchers *watchers,
		 const struct broker_watcher *watcher);

/* Report this to each. */
void watchers_busy(struct watchers *watchers);
void watchers_progress(const struct watchers *watchers, const char *text);
void watchers_passed(const struct watchers *watchers);
void watchers_job(const struct watchers *watchers,
		  const struct job_record *job);
void watchers_settled(struct watchers *watchers);

#endif
