// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/apply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/names.h"
#include "daemon/bus/listing.h"
#include "daemon/bus/polkit.h"

/* More calls at once are turned away: anyone may call, and each that waits
 * for its authorization costs memory. */
#define CALLS_MAX 64

struct apply_call {
	struct apply_queue *queue;
	struct apply_call *next;
	sd_bus_message *message;
	struct polkit_query *query; /* while the authorization is asked for */
	sd_bus_slot *gone;	    /* watches for the caller's leaving */
};

static void apply_forget(struct apply_call *call)
{
	struct apply_call **at = &call->queue->calls;

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	call->queue->n_calls--;
	if (call->query)
		polkit_query_free(call->query);
	sd_bus_slot_unref(call->gone);
	sd_bus_message_unref(call->message);
	free(call);
}

void apply_clear(struct apply_queue *queue)
{
	while (queue->calls)
		apply_forget(queue->calls);
}

static void apply_on_answer(enum polkit_answer answer, void *userdata)
{
	struct apply_call *call = userdata;

	polkit_query_free(call->query);
	call->query = NULL;
	switch (answer) {
	case POLKIT_ALLOWED:
		log_info("Applying the policies anew, for %s on the bus",
			 sd_bus_message_get_sender(call->message));
		broker_reload(call->queue->broker);
		return;
	case POLKIT_CHALLENGE:
		sd_bus_reply_method_errorf(
			call->message,
			SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED,
			"Authentication as an administrator is needed.");
		break;
	case POLKIT_DENIED:
		sd_bus_reply_method_errorf(
			call->message, SD_BUS_ERROR_ACCESS_DENIED,
			"Not allowed: polkit does not grant %s to the caller.",
			POLKIT_ACTION_APPLY);
		break;
	}
	apply_forget(call);
}

/* NameOwnerChanged(name, old owner, new owner) of the caller's unique name,
 * which is never given to another one: any change is its end. */
static int apply_on_gone(sd_bus_message *signal _unused_, void *userdata,
			 sd_bus_error *error _unused_)
{
	apply_forget(userdata);
	return 0;
}

static int apply_watch_caller(struct apply_call *call)
{
	_cleanup_free_ char *match = NULL;

	if (asprintf(&match,
		     "type='signal',sender='org.freedesktop.DBus',"
		     "path='/org/freedesktop/DBus',"
		     "interface='org.freedesktop.DBus',"
		     "member='NameOwnerChanged',arg0='%s'",
		     sd_bus_message_get_sender(call->message)) < 0) {
		match = NULL;
		return -ENOMEM;
	}
	return sd_bus_add_match_async(sd_bus_message_get_bus(call->message),
				      &call->gone, match, apply_on_gone, NULL,
				      call);
}

int apply_begin(struct apply_queue *queue, sd_bus_message *message)
{
	struct apply_call *call;
	int r;

	if (queue->n_calls >= CALLS_MAX)
		return -EBUSY;
	call = calloc(1, sizeof(*call));
	if (!call)
		return -ENOMEM;
	call->queue = queue;
	call->next = queue->calls;
	queue->calls = call;
	queue->n_calls++;
	call->message = sd_bus_message_ref(message);
	r = apply_watch_caller(call);
	if (r >= 0)
		r = polkit_ask(message, POLKIT_ACTION_APPLY, apply_on_answer,
			       call, &call->query);
	if (r < 0)
		apply_forget(call);
	return r < 0 ? r : 0;
}

static void apply_reply(const struct apply_call *call)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	int r;

	r = sd_bus_message_new_method_return(call->message, &reply);
	if (r >= 0)
		r = listing_append(reply, broker_records(call->queue->broker));
	if (r >= 0)
		r = sd_bus_send(NULL, reply, NULL);
	if (r < 0)
		sd_bus_reply_method_errno(call->message, r, NULL);
}

void apply_settled(struct apply_queue *queue)
{
	struct apply_call *next;

	for (struct apply_call *call = queue->calls; call; call = next) {
		next = call->next;
		if (call->query)
			continue;
		apply_reply(call);
		apply_forget(call);
	}
}
