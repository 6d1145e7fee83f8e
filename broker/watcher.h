/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_WATCHER_H
#define BROKER_WATCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct job_record;
struct lease;
struct lease_pool;

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
	/* A lease or request is new, another than before, or @gone: then this
	 * is the last that is heard of it. */
	void (*lease)(const struct lease *lease, bool gone, void *userdata);
	/* It is wanted back by its deadline. */
	void (*reclaim)(const struct lease *lease, void *userdata);
	/* Memory of it failed; @length 0: it is unknown where. */
	void (*poisoned)(const struct lease *lease, uint64_t offset,
			 uint64_t length, void *userdata);
	/* What is leased of a pool, or waits for it, is another. */
	void (*pool)(const struct lease_pool *pool, void *userdata);
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
void watchers_lease(const struct watchers *watchers, const struct lease *lease,
		    bool gone);
void watchers_reclaim(const struct watchers *watchers,
		      const struct lease *lease);
void watchers_poisoned(const struct watchers *watchers,
		       const struct lease *lease, uint64_t offset,
		       uint64_t length);
void watchers_pool(const struct watchers *watchers,
		   const struct lease_pool *pool);

#endif
