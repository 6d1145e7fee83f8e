/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_RECLAIM_H
#define BROKER_LEASE_RECLAIM_H

#include "broker/desk.h"

/* Leases whose clients have said that they may be wanted back. */

/* For a client that asks for memory, so long is left to those who have it. */
#define LEASE_RECLAIM_USEC (30 * UINT64_C(1000000))

/* In @usec; a deadline that is nearer stays. 0; -EOPNOTSUPP: its client has not
 * said so; or the error of writing it. */
int lease_reclaim_ask(struct lease_desk *desk, struct lease_entry *entry,
		      uint64_t usec);

/* Asks back what would do for @entry, which waits; the youngest first. */
void lease_reclaim_for(struct lease_desk *desk,
		       const struct lease_entry *entry);

/* The time of day has come at which some are to be back. */
void lease_reclaim_due(struct lease_desk *desk, struct lease_entry *entry);

#endif
