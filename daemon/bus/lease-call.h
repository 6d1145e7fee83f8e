/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_LEASE_CALL_H
#define DAEMON_BUS_LEASE_CALL_H

#include "daemon/bus/call.h"

/* The calls about leases. */
extern const struct call_kind lease_call_acquire; /* order */
extern const struct call_kind lease_call_release; /* lease */
extern const struct call_kind lease_call_reclaim; /* lease, usec */
extern const struct call_kind lease_call_holder;  /* lease */

#endif
