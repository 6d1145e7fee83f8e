/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_CALL_H
#define DAEMON_BUS_CALL_H

#include <systemd/sd-bus.h>

#include "broker/broker.h"

/*
 * Calls of the methods that change something and have no answer yet: first they
 * wait for their authorization, and those of Apply() then for the broker to
 * settle. A caller that leaves the bus is forgotten.
 */
enum call_kind {
	CALL_APPLY,
	CALL_CANCEL, /* its argument is the device's name */
	CALL_KINDS,
};

struct call;

struct call_queue {
	struct broker *broker;
	struct call *calls;
	unsigned int n_calls;
};

/* Takes up a call. Returns 0, or a negative errno for sd-bus to answer with. */
int call_begin(struct call_queue *queue, enum call_kind kind,
	       sd_bus_message *message);

/* The broker has settled: answers all authorized calls. */
void calls_settled(struct call_queue *queue);

/* Forgets all calls, say, as the connection is gone. */
void calls_clear(struct call_queue *queue);

#endif
