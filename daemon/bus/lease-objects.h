/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_LEASE_OBJECTS_H
#define DAEMON_BUS_LEASE_OBJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "broker/lease-desk.h"
#include "daemon/bus/exported.h"
#include "daemon/bus/pool-item.h"

/* The pools and the leases of a desk, as objects on the bus. */
struct lease_objects {
	struct lease_desk *desk;
	struct export pools, leases;
};

void lease_objects_init(struct lease_objects *objects, struct lease_desk *desk,
			struct call_queue *calls);
void lease_objects_clear(struct lease_objects *objects);

/* Has @connection answer for them; 0 or a negative errno. Until
 * lease_objects_disconnect(): nothing is signalled after that. */
int lease_objects_connect(struct lease_objects *objects, sd_bus *connection);
void lease_objects_disconnect(struct lease_objects *objects);

/* All that there are, after a pass. */
void lease_objects_passed(struct lease_objects *objects);

/* One is new, has changed, or is gone. */
void lease_objects_lease(struct lease_objects *objects,
			 const struct lease *lease, bool gone);

/* What is leased of it, or waits for it, is another. */
void lease_objects_pool(struct lease_objects *objects, const char *name);

/* A lease is wanted back; memory of it failed, bytes in its device. What the
 * lease is now is signalled before. */
void lease_objects_reclaim(struct lease_objects *objects,
			   const struct lease *lease);
void lease_objects_poisoned(struct lease_objects *objects,
			    const struct lease *lease, uint64_t offset,
			    uint64_t length);

#endif
