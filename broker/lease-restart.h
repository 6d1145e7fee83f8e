/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_RESTART_H
#define BROKER_LEASE_RESTART_H

#include "broker/desk.h"

/* Takes up what an earlier daemon left, from the grants and the FIFOs: leases
 * whose clients are there go on, the others end. */
void lease_restart_take(struct lease_desk *desk);

#endif
