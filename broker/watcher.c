// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/watcher.h"

#include <errno.h>

int watchers_add(struct watchers *watchers,
		 const struct broker_watcher *watcher)
{
	if (watchers->n == WATCHERS_MAX)
		return -ENOSPC;
	watchers->watchers[watchers->n++] = *watcher;
	return 0;
}

void watchers_busy(struct watchers *watchers)
{
	if (watchers->busy)
		return;
	watchers->busy = true;
	for (size_t i = 0; i < watchers->n; i++) {
		const struct broker_watcher *watcher = &watchers->watchers[i];

		if (watcher->busy)
			watcher->busy(watcher->userdata);
	}
}

void watchers_progress(const struct watchers *watchers, const char *text)
{
	for (size_t i = 0; i < watchers->n; i++) {
		const struct broker_watcher *watcher = &watchers->watchers[i];

		if (watcher->progress)
			watcher->progress(text, watcher->userdata);
	}
}

void watchers_passed(const struct watchers *watchers)
{
	for (size_t i = 0; i < watchers->n; i++) {
		const struct broker_watcher *watcher = &watchers->watchers[i];

		if (watcher->passed)
			watcher->passed(watcher->userdata);
	}
}

void watchers_job(const struct watchers *watchers, const struct job_record *job)
{
	for (size_t i = 0; i < watchers->n; i++) {
		const struct broker_watcher *watcher = &watchers->watchers[i];

		if (watcher->job)
			watcher->job(job, watcher->userdata);
	}
}

void watchers_settled(struct watchers *watchers)
{
	watchers->busy = false;
	for (size_t i = 0; i < watchers->n; i++) {
		const struct broker_watcher *watcher = &watchers->watchers[i];

		if (watcher->settled)
			watcher->settled(watcher->userdata);
	}
}

void watchers_lease(const struct watchers *watchers, const struct lease *lease,
		    bool gone)
{
	for (size_t i = 0; i < watchers->n; i++) {
		const struct broker_watcher *watcher = &watchers->watchers[i];

		if (watcher->lease)
			watcher->lease(lease, gone, watcher->userdata);
	}
}

void watchers_reclaim(const struct watchers *watchers,
		      const struct lease *lease)
{
	for (size_t i = 0; i < watchers->n; i++) {
		const struct broker_watcher *watcher = &watchers->watchers[i];

		if (watcher->reclaim)
			watcher->reclaim(lease, watcher->userdata);
	}
}

void watchers_poisoned(const struct watchers *watchers,
		       const struct lease *lease, uint64_t offset,
		       uint64_t length)
{
	for (size_t i = 0; i < watchers->n; i++) {
		const struct broker_watcher *watcher = &watchers->watchers[i];

		if (watcher->poisoned)
			watcher->poisoned(lease, offset, length,
					  watcher->userdata);
	}
}

void watchers_pool(const struct watchers *watchers,
		   const struct lease_pool *pool)
{
	for (size_t i = 0; i < watchers->n; i++) {
		const struct broker_watcher *watcher = &watchers->watchers[i];

		if (watcher->pool)
			watcher->pool(pool, watcher->userdata);
	}
}
