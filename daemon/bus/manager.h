/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_MANAGER_H
#define DAEMON_BUS_MANAGER_H

#include <systemd/sd-bus.h>

#include "daemon/bus/call.h"
#include "daemon/bus/exported.h"
#include "daemon/bus/lease-objects.h"

/* The object /org/daxbroker1, and all those below it. */
struct manager {
	struct broker *broker;
	struct call_queue *calls;
	uint64_t errors; /* a number of PolicyErrors, as signalled last */
	struct export devices, jobs, nodes, regions;
	struct lease_objects leases;
	sd_event_source *flush; /* when what has changed is signalled */
};

void manager_init(struct manager *manager, struct broker *broker,
		  struct call_queue *calls);
void manager_clear(struct manager *manager);

/* Has @connection answer for them; 0 or a negative errno. Until
 * manager_disconnect(): nothing is signalled after that. */
int manager_connect(struct manager *manager, sd_bus *connection);
void manager_disconnect(struct manager *manager);

/* What the broker knows already. */
void manager_fill(struct manager *manager);

/* Signals what is another than before: after a pass, and after each change of a
 * job or of settled. A job that goes on is signalled a little later: most make
 * many steps in a moment. */
void manager_passed(struct manager *manager);
void manager_job(struct manager *manager, const struct job_record *job);
void manager_settled(const struct manager *manager);

#endif
