// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/call.h"

#include <assert.h>
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

struct call {
	struct call_queue *queue;
	enum call_kind kind;
	struct call *next;
	sd_bus_message *message;
	struct polkit_query *query; /* while the authorization is asked for */
	sd_bus_slot *gone;	    /* watches for the caller's leaving */
};

static void call_forget(struct call *call)
{
	struct call **at = &call->queue->calls;

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

void calls_clear(struct call_queue *queue)
{
	while (queue->calls)
		call_forget(queue->calls);
}

/* Answered when the broker has settled. */
static bool apply_allowed(struct call *call)
{
	log_info("Applying the policies anew, for %s on the bus",
		 sd_bus_message_get_sender(call->message));
	broker_reload(call->queue->broker);
	return false;
}

static bool cancel_allowed(struct call *call)
{
	const char *device = NULL;
	int r;

	sd_bus_message_rewind(call->message, true);
	r = sd_bus_message_read(call->message, "s", &device);
	if (r >= 0)
		r = broker_cancel(call->queue->broker, device, "");
	if (r == -ENOENT)
		sd_bus_reply_method_errorf(
			call->message, SD_BUS_ERROR_FILE_NOT_FOUND,
			"No job of %s is under way.", device);
	else if (r < 0)
		sd_bus_reply_method_errno(call->message, r, NULL);
	else
		sd_bus_reply_method_return(call->message, NULL);
	return true;
}

/* What a call is to do once it is authorized: true when it is answered. */
static const struct {
	const char *action;
	bool (*allowed)(struct call *call);
} kinds[CALL_KINDS] = {
	[CALL_APPLY] = { POLKIT_ACTION_APPLY, apply_allowed },
	[CALL_CANCEL] = { POLKIT_ACTION_CANCEL, cancel_allowed },
};

static void call_on_answer(enum polkit_answer answer, void *userdata)
{
	struct call *call = userdata;

	polkit_query_free(call->query);
	call->query = NULL;
	switch (answer) {
	case POLKIT_ALLOWED:
		if (!kinds[call->kind].allowed(call))
			return;
		break;
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
			kinds[call->kind].action);
		break;
	}
	call_forget(call);
}

/* NameOwnerChanged(name, old owner, new owner) of the caller's unique name,
 * which is never given to another one: any change is its end. */
static int call_on_gone(sd_bus_message *signal _unused_, void *userdata,
			sd_bus_error *error _unused_)
{
	call_forget(userdata);
	return 0;
}

static int call_watch_caller(struct call *call)
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
				      &call->gone, match, call_on_gone, NULL,
				      call);
}

int call_begin(struct call_queue *queue, enum call_kind kind,
	       sd_bus_message *message)
{
	struct call *call;
	int r;

	assert(kind < CALL_KINDS);
	if (queue->n_calls >= CALLS_MAX)
		return -EBUSY;
	call = calloc(1, sizeof(*call));
	if (!call)
		return -ENOMEM;
	call->queue = queue;
	call->kind = kind;
	call->next = queue->calls;
	queue->calls = call;
	queue->n_calls++;
	call->message = sd_bus_message_ref(message);
	r = call_watch_caller(call);
	if (r >= 0)
		r = polkit_ask(message, kinds[kind].action, call_on_answer,
			       call, &call->query);
	if (r < 0)
		call_forget(call);
	return r < 0 ? r : 0;
}

static void call_reply(const struct call *call)
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

void calls_settled(struct call_queue *queue)
{
	struct call *next;

	for (struct call *call = queue->calls; call; call = next) {
		next = call->next;
		if (call->query || call->kind != CALL_APPLY)
			continue;
		call_reply(call);
		call_forget(call);
	}
}
