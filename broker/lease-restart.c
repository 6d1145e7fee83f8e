// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease-restart.h"

#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "broker/lease-handover.h"
#include "broker/lease/fifo.h"
#include "broker/lease/path.h"

static uint64_t size_of(const struct policy_grant *grant)
{
	uint64_t size = 0;

	for (size_t i = 0; i < grant->n_ranges; i++)
		size += phys_range_size(grant->ranges[i]);
	return size;
}

static int add(struct lease_desk *desk, const struct policy_grant *grant)
{
	struct lease_entry *entry = lease_table_add(&desk->table, grant->id, 0);

	if (!entry)
		return -1;
	entry->lease.grant = *grant;
	entry->lease.size = entry->wanted = size_of(grant);
	entry->reserve = grant->state == POLICY_GRANT_READY;
	return 0;
}

static void resume(struct lease_desk *desk, struct lease_entry *entry)
{
	int r = lease_handover_resume(desk, entry);

	if (r == 0) {
		/* After the pass that follows: what its pool says is not known
		 * yet. */
		entry->ending = true;
		entry->retry_at = desk_now(desk);
	} else if (r < 0) {
		/* It may have a client: it is not taken from it. */
		log_warning("Whether a lease has its client still cannot be "
			    "found out: %s",
			    strerror(-r));
	}
}

static void take(struct lease_desk *desk, struct lease_entry *entry)
{
	switch (entry->lease.grant.state) {
	case POLICY_GRANT_MAKING:
		/* Its client's call has died with the daemon. */
		desk_remove(desk, entry);
		break;
	case POLICY_GRANT_ACTIVE:
		resume(desk, entry);
		break;
	case POLICY_GRANT_READY:
	case POLICY_GRANT_DRAINING:
	case POLICY_GRANT_RELEASING:
	case POLICY_GRANT_STATES:
		break;
	}
}

void lease_restart_take(struct lease_desk *desk)
{
	struct policy_grants grants;
	int r;

	/* A copy: what ends is dropped from the other one. */
	if (lease_ledger_draft(&desk->ledger, &grants) < 0) {
		log_warning("Out of memory: leases are not taken up");
		return;
	}
	/* One whose client is unknown is nobody's. */
	r = lease_path_trim(desk->outside.root_fd, &grants);
	if (r < 0)
		log_error("Nodes of leases that have ended cannot be removed: "
			  "%s",
			  strerror(-r));
	/* None may also be a file that makes no sense: its leases' clients are
	 * there. */
	if (grants.n > 0)
		lease_fifo_trim(desk->outside.root_fd, &grants);
	for (size_t i = 0; i < grants.n; i++) {
		if (add(desk, &grants.items[i]) < 0)
			break;
		take(desk, lease_table_find(&desk->table, grants.items[i].id));
	}
	policy_grants_clear(&grants);
	desk_arm(desk);
}
