// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease-reclaim.h"

#include <errno.h>
#include <string.h>

#include "basic/log.h"
#include "broker/lease-ending.h"
#include "broker/lease-report.h"
#include "broker/lease/lease-search.h"

int lease_reclaim_ask(struct lease_desk *desk, struct lease_entry *entry,
		      uint64_t usec)
{
	struct policy_grant grant = entry->lease.grant;
	const uint64_t now = desk_real_now(desk);
	uint64_t deadline;
	int r;

	if (!grant.revocable)
		return -EOPNOTSUPP;
	if (__builtin_add_overflow(now, usec, &deadline))
		deadline = UINT64_MAX;
	if (grant.deadline && grant.deadline <= deadline)
		return 0;
	grant.deadline = deadline;
	r = desk_put(desk, entry, &grant, false);
	if (r < 0)
		return r;
	desk_report(desk, entry);
	watchers_reclaim(desk->outside.watchers, &entry->lease);
	desk_arm(desk);
	return 0;
}

/* The in-tree driver takes it for as long as the device has no driver: with the
 * next one, what its users have mapped is theirs again. */
static void keep(struct lease_desk *desk, struct lease_entry *entry)
{
	struct policy_grant grant = entry->lease.grant;

	grant.deadline = 0;
	if (desk_put(desk, entry, &grant, false) < 0) {
		desk_retry_later(desk, entry);
		return;
	}
	entry->kept = true;
	lease_report_kept(&entry->lease);
	desk_report(desk, entry);
}

void lease_reclaim_due(struct lease_desk *desk, struct lease_entry *entry)
{
	const struct policy_grant *grant = &entry->lease.grant;

	if (grant->state == POLICY_GRANT_ACTIVE && grant->deadline &&
	    grant->deadline <= desk_real_now(desk) && !entry->retry_at) {
		if (entry->takeable)
			lease_ending_take(desk, entry);
		else
			keep(desk, entry);
	}
}

/* Of a pool, those that end anyway, and the revocable ones from this id on. */
struct wanted {
	const char *pool;
	uint64_t from;
};

static bool ends(const struct policy_grant *grant)
{
	return grant->state == POLICY_GRANT_DRAINING ||
	       grant->state == POLICY_GRANT_RELEASING || grant->deadline;
}

static bool is_revocable(const struct lease_entry *other,
			 const struct wanted *wanted)
{
	const struct policy_grant *grant = &other->lease.grant;

	return grant->state == POLICY_GRANT_ACTIVE && grant->revocable &&
	       !other->kept && grant->n_ranges > 0 &&
	       strcmp(grant->pool, wanted->pool) == 0 &&
	       grant->id >= wanted->from;
}

static bool counts(const struct lease_entry *other, const void *userdata)
{
	return ends(&other->lease.grant) || is_revocable(other, userdata) ||
	       lease_search_is_ready(other, NULL);
}

/* 1 and *ret: what @entry could have if more and more leases were back. */
static int find_wanted(const struct lease_desk *desk,
		       const struct lease_entry *entry, struct wanted *wanted,
		       struct lease_found *ret)
{
	int r = lease_search_find(&desk->estate, &desk->table, entry, counts,
				  wanted, ret);

	for (size_t i = desk->table.n; i-- > 0 && r == 0;) {
		const struct lease_entry *other = desk->table.entries[i];
		const struct wanted more = { wanted->pool,
					     other->lease.grant.id };

		if (!is_revocable(other, &more))
			continue;
		*wanted = more;
		r = lease_search_find(&desk->estate, &desk->table, entry,
				      counts, wanted, ret);
	}
	return r;
}

void lease_reclaim_for(struct lease_desk *desk, const struct lease_entry *entry)
{
	struct wanted wanted = { entry->lease.grant.pool, UINT64_MAX };
	struct lease_found found;

	/* Else two of them would take it from each other, on and on. */
	if (entry->lease.grant.revocable ||
	    find_wanted(desk, entry, &wanted, &found) <= 0)
		return;
	for (size_t i = 0; i < desk->table.n; i++) {
		struct lease_entry *other = desk->table.entries[i];
		int r;

		if (!is_revocable(other, &wanted) ||
		    ends(&other->lease.grant) ||
		    !lease_search_shares(&found, &other->lease.grant))
			continue;
		r = lease_reclaim_ask(desk, other, LEASE_RECLAIM_USEC);
		if (r < 0)
			log_warning("A lease cannot be asked back: %s",
				    strerror(-r));
	}
}
