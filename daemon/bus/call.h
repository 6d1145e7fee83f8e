/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_CALL_H
#define DAEMON_BUS_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "daemon/bus/caller.h"
#include "daemon/bus/lease-order.h"
#include "policy/override.h"

/*
 * Method calls that have no answer yet. The bus is asked first whose they are.
 * Those that change something then wait for their authorization, if they are
 * not root's, and some for the pass that follows. A caller that leaves the bus
 * is forgotten. How many wait is limited for each user; root neither counts nor
 * is limited.
 */
struct call;
struct broker;
struct lease_desk;
struct polkit_query;

/* What a method does. */
struct call_kind {
	const char *action; /* of polkit; NULL: everyone may */
	bool process;	    /* it has to know the caller's unit */
	/* Whether the caller may without authorization; NULL: only root. */
	bool (*own)(const struct call *call);
	/* Once it is authorized: true when it is answered. */
	bool (*allowed)(struct call *call);
	/* Answers it after the pass that follows; NULL: it waits for none. */
	void (*passed)(const struct call *call);
	/* Nobody waits for the lease any more; NULL: nobody did. */
	void (*left)(const struct call *call);
};

/* What a call asks for; what does not apply is 0. */
struct call_request {
	const struct call_kind *kind;
	char **devices; /* NULL-terminated */
	unsigned int job;
	struct policy_override wish; /* see broker_override() */
	uint64_t usec;
	uint64_t lease;		  /* its id */
	struct lease_order order; /* of a new one */
};

struct call_queue {
	struct broker *broker;
	struct lease_desk *desk;
	struct call *calls;
	bool passed;		 /* there was a pass */
	sd_event_source *answer; /* armed after a pass, see calls_passed() */
	sd_bus_slot *left;	 /* who leaves the bus, while there are calls */
	/* The bus takes nothing from this connection any more: all calls are
	 * to be cleared. */
	void (*deaf)(void *userdata);
	void *userdata;
};

struct call {
	struct call_queue *queue;
	struct call_request request; /* owned */
	struct call *next;
	bool passed;		 /* a pass has been made since */
	bool early;		 /* it waits for the first pass, and is
				  * allowed again after that */
	sd_bus_message *message; /* without its arguments */
	struct caller caller;
	sd_bus_slot *whose;	    /* while the bus is asked */
	struct polkit_query *query; /* while polkit is asked */
	uint64_t lease;		    /* its id, while it waits for it */
	bool asking;		    /* the desk has not returned yet */
};

/* What @queue is not given yet; 0 or a negative errno. */
int calls_init(struct call_queue *queue, sd_event *event);
void calls_done(struct call_queue *queue);

/* Takes up a call; @request is copied. Returns 1, or a negative errno and
 * @error for sd-bus to answer with. */
int call_begin(struct call_queue *queue, const struct call_request *request,
	       sd_bus_message *message, sd_bus_error *error);

/* It is answered, or nobody waits for it: it is freed. */
void call_forget(struct call *call);

bool call_is_root(const struct call *call);

/* For those who answer. Refuses a call whose answer would be too much to keep:
 * false. */
bool call_may_answer(const struct call *call);
/* "Too many @what." */
void call_refuse_as_too_many(const struct call *call, const char *what);

/* A pass is made, or the broker has settled without one: what was asked for
 * before goes on, or has its answer once the jobs of the pass are known, which
 * is before the event loop goes on. */
void calls_passed(struct call_queue *queue);

/* Forgets all calls, say, as the connection is gone. */
void calls_clear(struct call_queue *queue);

size_t call_n_strings(char *const *strings);

#endif
