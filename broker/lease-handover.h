/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_HANDOVER_H
#define BROKER_LEASE_HANDOVER_H

#include "broker/desk.h"

/* A device of its own is there: who asked for it gets it. */

/* Why not with a path. */
#define LEASE_HANDOVER_NO_PATH                                                \
	"A lease has a path only with daxbroker's own module device_dax: it " \
	"asks for permission again when a device is opened."

/*
 * @entry, whose device is ready, is @client's from now on, who is answered. 0;
 * or a negative errno: nobody was answered, and nothing has changed;
 * -EOPNOTSUPP: its driver allows no path. @entry may be gone after this.
 */
int lease_handover_give(struct lease_desk *desk, struct lease_entry *entry,
			const struct policy_grant *client);

/* Watches the FIFO of a lease whose daemon was another one. 1; 0: it is
 * nobody's any more; or a negative errno. */
int lease_handover_resume(struct lease_desk *desk, struct lease_entry *entry);

#endif
