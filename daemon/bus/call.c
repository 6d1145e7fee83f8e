// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/call.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/names.h"
#include "daemon/bus/caller.h"
#include "daemon/bus/listing.h"
#include "daemon/bus/polkit.h"
#include "daemon/bus/request.h"

/* So many wait at once for polkit or for the broker, of one user and of all
 * users, and of one connection for the bus to say whose it is. Root is not
 * limited. */
#define CALLS_OF_USER 16
#define CALLS_OF_USERS 256
#define CALLS_OF_CONNECTION 32
/* When so many messages are still to be sent, users get no listing, which may
 * be a thousand times as large as what asks for it. */
#define UNSENT_MAX 64

struct call {
	struct call_queue *queue;
	enum call_kind kind;
	struct call *next;
	sd_bus_message *message; /* without its arguments */
	char *device;		 /* what it is about, or NULL */
	uid_t uid;
	sd_bus_slot *whose;	    /* while the bus is asked */
	struct polkit_query *query; /* while polkit is asked */
};

static void call_forget(struct call *call)
{
	struct call_queue *queue = call->queue;
	struct call **at = &queue->calls;

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	if (call->query)
		polkit_query_free(call->query);
	sd_bus_slot_unref(call->whose);
	sd_bus_message_unref(call->message);
	free(call->device);
	free(call);
	if (!queue->calls)
		queue->left = sd_bus_slot_unref(queue->left);
}

void calls_clear(struct call_queue *queue)
{
	while (queue->calls)
		call_forget(queue->calls);
}

static bool is_root(const struct call *call)
{
	return call->uid == 0;
}

/* Answers with the devices. */
static void call_reply(const struct call *call)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	int r;

	r = sd_bus_message_new_method_return(call->message, &reply);
	if (r >= 0)
		r = listing_append(reply, broker_records(call->queue->broker),
				   is_root(call));
	if (r >= 0)
		r = sd_bus_send(NULL, reply, NULL);
	if (r < 0)
		sd_bus_reply_method_errno(call->message, r, NULL);
}

static void refuse_as_too_many(const struct call *call, const char *what)
{
	sd_bus_reply_method_errorf(call->message, SD_BUS_ERROR_LIMITS_EXCEEDED,
				   "Too many %s.", what);
}

static bool list_allowed(struct call *call)
{
	uint64_t unsent = 0;

	sd_bus_get_n_queued_write(sd_bus_message_get_bus(call->message),
				  &unsent);
	if (unsent > UNSENT_MAX && !is_root(call))
		refuse_as_too_many(call, "answers have not been read yet");
	else
		call_reply(call);
	return true;
}

/* Answered when the broker has settled. */
static bool apply_allowed(struct call *call)
{
	log_info("Applying the policies anew, for user %u (%s on the bus)",
		 call->uid, sd_bus_message_get_sender(call->message));
	broker_reload(call->queue->broker);
	return false;
}

static bool cancel_allowed(struct call *call)
{
	int r;

	r = broker_cancel(call->queue->broker, call->device, "");
	if (r == -ENOENT)
		sd_bus_reply_method_errorf(
			call->message, SD_BUS_ERROR_FILE_NOT_FOUND,
			"No job of %s is under way.", call->device);
	else if (r < 0)
		sd_bus_reply_method_errno(call->message, r, NULL);
	else
		sd_bus_reply_method_return(call->message, NULL);
	return true;
}

/* What a call is to do once it is authorized: true when it is answered. */
static const struct {
	const char *action; /* NULL: everyone may */
	bool (*allowed)(struct call *call);
} kinds[CALL_KINDS] = {
	[CALL_LIST] = { NULL, list_allowed },
	[CALL_APPLY] = { POLKIT_ACTION_APPLY, apply_allowed },
	[CALL_CANCEL] = { POLKIT_ACTION_CANCEL, cancel_allowed },
};

static void call_allow(struct call *call)
{
	if (kinds[call->kind].allowed(call))
		call_forget(call);
}

static void call_deny(struct call *call, enum polkit_answer answer,
		      const char *why)
{
	const char *action = kinds[call->kind].action;

	if (answer == POLKIT_CHALLENGE)
		sd_bus_reply_method_errorf(
			call->message,
			SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED,
			"Authentication as an administrator is needed.");
	else if (answer == POLKIT_SILENT)
		sd_bus_reply_method_errorf(
			call->message, SD_BUS_ERROR_AUTH_FAILED,
			"polkit does not say whether %s is granted (%s); root "
			"is allowed without polkit.",
			action, why);
	else
		sd_bus_reply_method_errorf(
			call->message, SD_BUS_ERROR_ACCESS_DENIED,
			"Not allowed: polkit does not grant %s to the caller.",
			action);
	call_forget(call);
}

static void call_on_answer(enum polkit_answer answer, const char *why,
			   void *userdata)
{
	struct call *call = userdata;

	polkit_query_free(TAKE_PTR(call->query));
	if (answer == POLKIT_ALLOWED)
		call_allow(call);
	else
		call_deny(call, answer, why);
}

static bool is_too_many(const struct call *call)
{
	unsigned int of_user = 0, of_users = 0;

	for (const struct call *c = call->queue->calls; c; c = c->next) {
		if (c == call || c->whose || is_root(c))
			continue;
		of_users++;
		of_user += c->uid == call->uid;
	}
	return of_user >= CALLS_OF_USER || of_users >= CALLS_OF_USERS;
}

static void call_ask_polkit(struct call *call)
{
	int r;

	if (is_too_many(call)) {
		refuse_as_too_many(call, "calls wait for an answer");
		call_forget(call);
		return;
	}
	r = polkit_ask(call->message, kinds[call->kind].action, call_on_answer,
		       call, &call->query);
	if (r < 0)
		call_deny(call, POLKIT_SILENT, strerror(-r));
}

static int call_on_user(sd_bus_message *answer, void *userdata,
			sd_bus_error *error _unused_)
{
	struct call *call = userdata;
	int r;

	call->whose = sd_bus_slot_unref(call->whose);
	r = caller_read(answer, &call->uid);
	if (r == -ETIMEDOUT)
		call->queue->deaf(call->queue->userdata);
	else if (r < 0)
		call_forget(call);
	else if (is_root(call) || !kinds[call->kind].action)
		call_allow(call);
	else
		call_ask_polkit(call);
	return 0;
}

/* NameOwnerChanged(name, old owner, new owner). A unique name is never given to
 * another one: any change is its end. */
static int calls_on_left(sd_bus_message *signal, void *userdata,
			 sd_bus_error *error _unused_)
{
	struct call_queue *queue = userdata;
	struct call *next;
	const char *name;

	if (sd_bus_message_read(signal, "s", &name) < 0)
		return 0;
	for (struct call *call = queue->calls; call; call = next) {
		next = call->next;
		if (strcmp(sd_bus_message_get_sender(call->message), name) == 0)
			call_forget(call);
	}
	return 0;
}

/* Without a handler sd-bus would end the connection if the bus refused. */
static int calls_on_watched(sd_bus_message *reply, void *userdata _unused_,
			    sd_bus_error *error _unused_)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);

	if (e)
		log_debug("The bus does not say who leaves it: %s", e->message);
	return 0;
}

/* One match for all callers: a bus allows only so many. */
static int calls_watch(struct call_queue *queue, sd_bus *bus)
{
	if (queue->left)
		return 0;
	return sd_bus_match_signal_async(
		bus, &queue->left, "org.freedesktop.DBus",
		"/org/freedesktop/DBus", "org.freedesktop.DBus",
		"NameOwnerChanged", calls_on_left, calls_on_watched, queue);
}

static bool is_flood(const struct call_queue *queue, sd_bus_message *message)
{
	const char *sender = sd_bus_message_get_sender(message);
	unsigned int n = 0;

	for (const struct call *c = queue->calls; c; c = c->next)
		n += c->whose &&
		     strcmp(sd_bus_message_get_sender(c->message), sender) == 0;
	return n >= CALLS_OF_CONNECTION;
}

static int call_prepare(struct call *call, sd_bus_message *message,
			const char *device)
{
	int r;

	call->device = device ? strdup(device) : NULL;
	if (device && !call->device)
		return -ENOMEM;
	r = request_copy(message, &call->message);
	if (r < 0)
		return r;
	return caller_ask(message, call_on_user, call, &call->whose);
}

static struct call *call_new(struct call_queue *queue, enum call_kind kind)
{
	struct call *call = calloc(1, sizeof(*call));

	if (!call)
		return NULL;
	call->queue = queue;
	call->kind = kind;
	call->uid = CALLER_UNKNOWN;
	call->next = queue->calls;
	queue->calls = call;
	return call;
}

int call_begin(struct call_queue *queue, enum call_kind kind,
	       sd_bus_message *message, const char *device, sd_bus_error *error)
{
	struct call *call;
	int r;

	assert(kind < CALL_KINDS);
	if (is_flood(queue, message))
		return sd_bus_error_set(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
					"Too many calls at once.");
	/* Before the bus is asked: who leaves after that is not missed. */
	r = calls_watch(queue, sd_bus_message_get_bus(message));
	if (r < 0)
		return r;
	call = call_new(queue, kind);
	if (!call)
		return -ENOMEM;
	r = call_prepare(call, message, device);
	if (r < 0)
		call_forget(call);
	return r < 0 ? r : 1;
}

void calls_settled(struct call_queue *queue)
{
	struct call *next;

	for (struct call *call = queue->calls; call; call = next) {
		next = call->next;
		if (call->whose || call->query || call->kind != CALL_APPLY)
			continue;
		call_reply(call);
		call_forget(call);
	}
}
