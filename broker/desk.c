// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/desk.h"

#include <errno.h>
#include <string.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "broker/lease/fifo.h"
#include "broker/lease/lease-search.h"
#include "broker/lease/path.h"
#include "broker/lease/remnant.h"

/* Between two attempts at what cannot be done now. */
#define RETRY_USEC (2 * UINT64_C(1000000))
#define RETRY_USEC_MAX (60 * UINT64_C(1000000))

uint64_t desk_now(const struct lease_desk *desk)
{
	const struct broker_interface *interface = desk->outside.interface;

	return interface->now(interface->outside);
}

uint64_t desk_real_now(const struct lease_desk *desk)
{
	return clock_to_real(desk_now(desk));
}

static void take_earlier(uint64_t *at, uint64_t other)
{
	if (other && other != UINT64_MAX && (*at == 0 || other < *at))
		*at = other;
}

/* When its deadline is, by CLOCK_MONOTONIC. */
static uint64_t deadline_of(const struct lease_desk *desk,
			    const struct lease_entry *entry)
{
	const uint64_t real = desk_real_now(desk);
	const struct policy_grant *grant = &entry->lease.grant;

	if (grant->state != POLICY_GRANT_ACTIVE || !grant->deadline ||
	    entry->retry_at)
		return 0;
	return desk_now(desk) +
	       (grant->deadline > real ? grant->deadline - real : 0);
}

void desk_arm(struct lease_desk *desk)
{
	uint64_t at = desk->refill_at;

	for (size_t i = 0; i < desk->table.n; i++) {
		const struct lease_entry *entry = desk->table.entries[i];

		if (entry->answer)
			take_earlier(&at, entry->until);
		take_earlier(&at, entry->retry_at);
		take_earlier(&at, deadline_of(desk, entry));
	}
	desk->outside.interface->timer_set(desk->timer, at);
}

void desk_retry_later(struct lease_desk *desk, struct lease_entry *entry)
{
	uint64_t pause = RETRY_USEC;

	for (unsigned int i = 0; i < entry->retries && pause < RETRY_USEC_MAX;
	     i++)
		pause *= 2;
	entry->retries++;
	entry->retry_at = desk_now(desk) +
			  (pause < RETRY_USEC_MAX ? pause : RETRY_USEC_MAX);
	desk_arm(desk);
}

static void report_pool(const struct lease_desk *desk, const char *name)
{
	struct lease_pool *pool = lease_estate_pool(&desk->estate, name);

	/* Watchers may have those of the pass before. */
	if (!pool || desk->taking)
		return;
	lease_search_figures(&desk->estate, &desk->table, pool);
	watchers_pool(desk->outside.watchers, pool);
}

void desk_report(const struct lease_desk *desk, struct lease_entry *entry)
{
	if (!entry->reserve) {
		entry->announced = true;
		watchers_lease(desk->outside.watchers, &entry->lease, false);
	}
	report_pool(desk, entry->lease.grant.pool);
}

static uint64_t size_of(const struct policy_grant *grant)
{
	uint64_t size = 0;

	for (size_t i = 0; i < grant->n_ranges; i++)
		size += phys_range_size(grant->ranges[i]);
	return size;
}

static void report_changed(struct lease_desk *desk,
			   const struct policy_grant *grant)
{
	const struct lease_region *region =
		lease_estate_region(&desk->estate, grant);

	desk->changed = true;
	desk->outside.changed(region ? region->path : NULL,
			      desk->outside.userdata);
}

int desk_take_path(struct lease_desk *desk, struct lease_entry *entry)
{
	const struct broker_interface *interface = desk->outside.interface;
	int r = 0;

	/* While it is being made it has none yet. */
	if (entry->lease.grant.path &&
	    entry->lease.grant.state != POLICY_GRANT_MAKING)
		r = interface->path_take(interface->outside,
					 entry->lease.grant.id);
	if (r >= 0)
		entry->lease.has_path = false;
	return r;
}

int desk_commit(struct lease_desk *desk, struct lease_entry *entry,
		const struct policy_grant *grant, bool layout,
		struct policy_grants *draft)
{
	int r = policy_grants_put(draft, grant);

	/* Else its former client could open it after a job has asked for users.
	 */
	if (r >= 0 && !lease_path_is_due(grant))
		r = desk_take_path(desk, entry);
	for (size_t i = 0; i < grant->n_ranges && r >= 0; i++)
		r = lease_remnant_cut(draft, grant->ranges[i]);
	if (r < 0) {
		policy_grants_clear(draft);
		return r;
	}
	r = lease_ledger_commit(&desk->ledger, draft);
	if (r < 0)
		return r;
	entry->lease.grant = *grant;
	entry->lease.size = size_of(grant);
	entry->lease.waiting = false;
	if (layout)
		report_changed(desk, grant);
	return 0;
}

int desk_put(struct lease_desk *desk, struct lease_entry *entry,
	     const struct policy_grant *grant, bool layout)
{
	struct policy_grants draft;
	int r = lease_ledger_draft(&desk->ledger, &draft);

	return r < 0 ? r : desk_commit(desk, entry, grant, layout, &draft);
}

int desk_drop(struct lease_desk *desk, struct lease_entry *entry, bool content,
	      bool zero)
{
	struct policy_grant *grant = &entry->lease.grant;
	const struct policy_grant before = *grant;
	struct policy_grants draft;
	int r;

	if (grant->n_ranges == 0)
		return 0;
	r = desk_take_path(desk, entry);
	if (r < 0)
		return r;
	r = lease_ledger_draft(&desk->ledger, &draft);
	if (r < 0)
		return r;
	policy_grants_drop(&draft, grant->id);
	/* If that fails, less is known than could be. */
	if (content)
		lease_remnant_add(&draft, grant, zero);
	r = lease_ledger_commit(&desk->ledger, &draft);
	if (r < 0)
		return r;
	grant->n_ranges = 0;
	entry->lease.device[0] = '\0';
	report_changed(desk, &before);
	return 0;
}

void desk_refuse(struct lease_entry *entry, int error, const char *message)
{
	const struct lease_answer answer = {
		.error = error,
		.message = message ?: "Out of memory.",
		.device_fd = -1,
		.lease_fd = -1,
	};
	lease_answer_fn fn = entry->answer;

	entry->answer = NULL;
	if (fn)
		fn(&answer, entry->userdata);
}

void desk_close_fifo(struct lease_desk *desk, struct lease_entry *entry)
{
	desk->outside.interface->watch_free(TAKE_PTR(entry->watch));
	if (entry->reader >= 0)
		close(TAKE_FD(entry->reader));
	lease_fifo_remove(desk->outside.root_fd, entry->lease.grant.id);
}

void desk_remove(struct lease_desk *desk, struct lease_entry *entry)
{
	const uint64_t id = entry->lease.grant.id;
	char pool[POLICY_NAME_MAX];
	int r;

	entry->answer = NULL;
	r = desk_drop(desk, entry, false, false);
	if (r < 0) {
		if (!entry->dropping)
			log_warning("The end of a lease cannot be written: "
				    "%s; it is tried again",
				    strerror(-r));
		entry->dropping = true;
		desk_retry_later(desk, entry);
		return;
	}
	memcpy(pool, entry->lease.grant.pool, sizeof(pool));
	desk_close_fifo(desk, entry);
	if (entry->announced)
		watchers_lease(desk->outside.watchers, &entry->lease, true);
	lease_table_remove(&desk->table, id);
	report_pool(desk, pool);
}
