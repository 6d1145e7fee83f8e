// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease-ending.h"

#include <string.h>

#include "basic/log.h"
#include "broker/lease-report.h"

/* Said once, not at each attempt. */
static void fail(struct lease_desk *desk, struct lease_entry *entry, int error)
{
	char id[LEASE_ID_MAX];

	if (!entry->retries)
		log_warning("Lease %s cannot be written: %s; it is tried again",
			    lease_id_format(entry->lease.grant.id, id),
			    strerror(-error));
	desk_retry_later(desk, entry);
}

/* What is unknown is cleared. */
static enum policy_clear clear_of(const struct lease_desk *desk,
				  const struct policy_grant *grant)
{
	const struct lease_pool *pool =
		lease_estate_pool(&desk->estate, grant->pool);

	if (grant->clear == POLICY_CLEAR_TAKE)
		return POLICY_CLEAR_TAKE;
	return pool && pool->policy->scrub != POLICY_SCRUB_RELEASE &&
			       grant->clear == POLICY_CLEAR_NO
		       ? POLICY_CLEAR_VACATE
		       : POLICY_CLEAR_ZERO;
}

static int set_state(struct lease_desk *desk, struct lease_entry *entry,
		     enum policy_grant_state state, enum policy_clear clear)
{
	struct policy_grant grant = entry->lease.grant;
	int r;

	grant.state = state;
	grant.clear = clear;
	grant.deadline = 0;
	r = desk_put(desk, entry, &grant, true);
	if (r < 0)
		return r;
	desk_close_fifo(desk, entry);
	entry->ending = false;
	entry->retries = 0;
	entry->retry_at = 0;
	desk_report(desk, entry);
	return 0;
}

void lease_ending_begin(struct lease_desk *desk, struct lease_entry *entry)
{
	int r;

	/* It would be called again and again. */
	desk->outside.interface->watch_free(TAKE_PTR(entry->watch));
	entry->ending = true;
	r = set_state(desk, entry, POLICY_GRANT_DRAINING,
		      clear_of(desk, &entry->lease.grant));
	if (r < 0)
		fail(desk, entry, r);
}

void lease_ending_finish(struct lease_desk *desk, struct lease_entry *entry,
			 bool zero)
{
	const struct lease lease = entry->lease;
	int r = desk_drop(desk, entry, true, zero);

	if (r < 0) {
		fail(desk, entry, r);
		return;
	}
	lease_report_ended(&lease);
	desk_remove(desk, entry);
}

void lease_ending_take(struct lease_desk *desk, struct lease_entry *entry)
{
	int r = set_state(desk, entry, POLICY_GRANT_RELEASING,
			  POLICY_CLEAR_TAKE);

	if (r < 0)
		fail(desk, entry, r);
	else
		lease_report_taken(&entry->lease);
}

void lease_ending_retry(struct lease_desk *desk, struct lease_entry *entry)
{
	if (entry->dropping)
		desk_remove(desk, entry);
	else if (entry->ending)
		lease_ending_begin(desk, entry);
	else if (*entry->lease.device)
		desk->outside.again(entry->lease.device,
				    desk->outside.userdata);
}
