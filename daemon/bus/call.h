/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_CALL_H
#define DAEMON_BUS_CALL_H

#include <systemd/sd-bus.h>

#include "broker/broker.h"

/*
 * Method calls that have no answer yet. The bus is asked first whose they are.
 * Those that change something then wait for their authorization, if they are
 * not root's, and those of Apply() and of overrides for the pass that follows.
 * A caller that leaves the bus is forgotten. How many wait is limited for each
 * user; root neither counts nor is limited.
 */
enum call_kind {
	CALL_LIST,
	CALL_HISTORY,
	CALL_APPLY,
	CALL_CANCEL,   /* of a job */
	CALL_OVERRIDE, /* the only one of devices */
	CALL_RELEASE,  /* the same; or an identity */
	CALL_KINDS,
};

/* What a call asks for; what does not apply is 0. */
struct call_request {
	enum call_kind kind;
	char **devices; /* CALL_APPLY: of these alone, NULL-terminated;
			 * CALL_HISTORY: of the first */
	unsigned int job;
	struct policy_override wish; /* CALL_OVERRIDE: see broker_override() */
	uint64_t usec;
};

struct call;

struct call_queue {
	struct broker *broker;
	struct call *calls;
	sd_event_source *answer; /* armed after a pass, see calls_passed() */
	sd_bus_slot *left;	 /* who leaves the bus, while there are calls */
	/* The bus takes nothing from this connection any more: all calls are
	 * to be cleared. */
	void (*deaf)(void *userdata);
	void *userdata;
};

/* What @queue is not given yet; 0 or a negative errno. */
int calls_init(struct call_queue *queue, sd_event *event);
void calls_done(struct call_queue *queue);

/* Takes up a call; @request is copied. Returns 1, or a negative errno and
 * @error for sd-bus to answer with. */
int call_begin(struct call_queue *queue, const struct call_request *request,
	       sd_bus_message *message, sd_bus_error *error);

/* A pass is made, or the broker has settled without one: what was asked for
 * before has its answer once the jobs of the pass are known, which is before
 * the event loop goes on. */
void calls_passed(struct call_queue *queue);

/* Forgets all calls, say, as the connection is gone. */
void calls_clear(struct call_queue *queue);

#endif
