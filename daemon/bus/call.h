/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_CALL_H
#define DAEMON_BUS_CALL_H

#include <systemd/sd-bus.h>

#include "broker/broker.h"

/*
 * Method calls that have no answer yet. The bus is asked first whose they are.
 * Those that change something then wait for their authorization, if they are
 * not root's, and those of Apply() for the broker to settle. A caller that
 * leaves the bus is forgotten. How many wait is limited for each user; root
 * neither counts nor is limited.
 */
enum call_kind {
	CALL_LIST,
	CALL_APPLY,
	CALL_CANCEL, /* of a device */
	CALL_KINDS,
};

struct call;

struct call_queue {
	struct broker *broker;
	struct call *calls;
	sd_bus_slot *left; /* who leaves the bus, while there are calls */
	/* The bus takes nothing from this connection any more: all calls are
	 * to be cleared. */
	void (*deaf)(void *userdata);
	void *userdata;
};

/* Takes up a call; @device, or NULL, is copied. Returns 1, or a negative errno
 * and @error for sd-bus to answer with. */
int call_begin(struct call_queue *queue, enum call_kind kind,
	       sd_bus_message *message, const char *device,
	       sd_bus_error *error);

/* The broker has settled: answers all authorized calls. */
void calls_settled(struct call_queue *queue);

/* Forgets all calls, say, as the connection is gone. */
void calls_clear(struct call_queue *queue);

#endif
