/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_BUS_H
#define DAEMON_BUS_BUS_H

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "basic/cleanup.h"
#include "broker/broker.h"

/*
 * The D-Bus service (docs/org.daxbroker1.5) over @broker: no logic of its own.
 * The system bus need not be there yet, and may go away: then it is waited for,
 * without blocking anything.
 */
struct bus;

/* Returns 0 and *ret, to be freed with bus_free() before the broker; or a
 * negative errno, but not for want of a bus. */
int bus_new(sd_event *event, struct broker *broker, struct bus **ret);

typedef void (*bus_joined_fn)(void *userdata);

/*
 * Calls @joined once from the event loop when the bus has given the daemon its
 * name, so that who calls from then on is answered; or 2 s after this. Returns
 * 1; 0 when there is no bus yet: @joined is not called then; or a negative
 * errno.
 */
int bus_wait_name(struct bus *bus, bus_joined_fn joined, void *userdata);

/* The connection, owned by the bus; NULL while there is none. */
sd_bus *bus_connection(const struct bus *bus);

void bus_free(struct bus *bus);
DEFINE_CLEANUP(struct bus *, bus_free)

#endif
