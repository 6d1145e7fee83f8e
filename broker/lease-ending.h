/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_ENDING_H
#define BROKER_LEASE_ENDING_H

#include "broker/desk.h"

/* How a lease ends: nobody has it any more, then nobody uses its device, then
 * its memory is the pool's again. */

/* Its client has left. Tried again later where that cannot be written. */
void lease_ending_begin(struct lease_desk *desk, struct lease_entry *entry);

/* Nobody uses its device, and (@zero) its memory is zero. The same. */
void lease_ending_finish(struct lease_desk *desk, struct lease_entry *entry,
			 bool zero);

/* Its deadline is over: who has it loses it. The same. */
void lease_ending_take(struct lease_desk *desk, struct lease_entry *entry);

/* What is left to do of this is tried again. */
void lease_ending_retry(struct lease_desk *desk, struct lease_entry *entry);

#endif
