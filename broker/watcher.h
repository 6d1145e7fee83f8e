/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_WATCHER_H
#define BROKER_WATCHER_H

#include <stdbool.h>
#include <stddef.h>

/* What the broker reports; any may be NULL. */
struct broker_watcher {
	/* There is something to do; reported once until settled. */
	void (*busy)(void *userdata);
	/* What is being done at this moment, for a person. */
	void (*progress)(const char *text, void *userdata);
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
void watchers_settled(struct watchers *watchers);

#endif
