/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BUS_APPLY_H
#define BUS_APPLY_H

#include <systemd/sd-bus.h>

#include "daemon/broker.h"

/*
 * The calls of Apply() that have no answer yet: first they wait for their
 * authorization, then for the broker to settle. A caller that leaves the bus
 * is forgotten.
 */
struct apply_call;

struct apply_queue {
	struct broker *broker;
	struct apply_call *calls;
	unsigned int n_calls;
};

/* Takes up a call. Returns 0, or a negative errno for sd-bus to answer with. */
int apply_begin(struct apply_queue *queue, sd_bus_message *call);

/* The broker has settled: answers all authorized calls. */
void apply_settled(struct apply_queue *queue);

/* Forgets all calls, say, as the connection is gone. */
void apply_clear(struct apply_queue *queue);

#endif
