/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_LEASE_ORDER_H
#define DAEMON_BUS_LEASE_ORDER_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "policy/use.h"

/* What a call of Acquire() wants: a copy, and none of it is long. */
struct lease_order {
	char pool[POLICY_NAME_MAX];
	uint64_t size;		    /* bytes; never 0 */
	uint64_t align;		    /* bytes; 0: the region's */
	int32_t node;		    /* -1: any */
	char name[POLICY_NAME_MAX]; /* "": none */
	uint64_t wait;		    /* us; UINT64_MAX: for ever */
	bool zero, revocable, path;
};

/* More us than these may not be added to a time. */
#define LEASE_ORDER_USEC_MAX (UINT64_MAX / 4)

/* Reads the arguments, "ta{sv}", which anyone may have sent. Returns 0 and
 * *ret, but for its pool; or a negative errno and @error. */
int lease_order_read(sd_bus_message *message, struct lease_order *ret,
		     sd_bus_error *error);

#endif
