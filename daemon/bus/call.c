// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/call.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
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

static void free_strings(char **strings)
{
	for (size_t i = 0; strings && strings[i]; i++)
		free(strings[i]);
	free(strings);
}

size_t call_n_strings(char *const *strings)
{
	size_t n = 0;

	while (strings && strings[n])
		n++;
	return n;
}

void call_forget(struct call *call)
{
	struct call_queue *queue = call->queue;
	struct call **at = &queue->calls;

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	if (call->lease)
		call->request.kind->left(call);
	if (call->query)
		polkit_query_free(call->query);
	sd_bus_slot_unref(call->whose);
	sd_bus_message_unref(call->message);
	free_strings(call->request.devices);
	caller_clear(&call->caller);
	free(call);
	if (!queue->calls)
		queue->left = sd_bus_slot_unref(queue->left);
}

void calls_clear(struct call_queue *queue)
{
	while (queue->calls)
		call_forget(queue->calls);
}

bool call_is_root(const struct call *call)
{
	return call->caller.uid == 0;
}

void call_refuse_as_too_many(const struct call *call, const char *what)
{
	sd_bus_reply_method_errorf(call->message, SD_BUS_ERROR_LIMITS_EXCEEDED,
				   "Too many %s.", what);
}

/* Refuses it where it would be too much to keep. */
bool call_may_answer(const struct call *call)
{
	uint64_t unsent = 0;

	sd_bus_get_n_queued_write(sd_bus_message_get_bus(call->message),
				  &unsent);
	if (unsent <= UNSENT_MAX || call_is_root(call))
		return true;
	call_refuse_as_too_many(call, "answers have not been read yet");
	return false;
}

static void call_allow(struct call *call)
{
	if (call->request.kind->allowed(call))
		call_forget(call);
}

static void call_deny(struct call *call, enum polkit_answer answer,
		      const char *why)
{
	const char *action = call->request.kind->action;

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
		if (c == call || c->whose || c->lease || c->early ||
		    call_is_root(c))
			continue;
		of_users++;
		of_user += c->caller.uid == call->caller.uid;
	}
	return of_user >= CALLS_OF_USER || of_users >= CALLS_OF_USERS;
}

static void call_ask_polkit(struct call *call)
{
	int r;

	if (is_too_many(call)) {
		call_refuse_as_too_many(call, "calls wait for an answer");
		call_forget(call);
		return;
	}
	r = polkit_ask(call->message, call->request.kind->action,
		       call_on_answer, call, &call->query);
	if (r < 0)
		call_deny(call, POLKIT_SILENT, strerror(-r));
}

static bool needs_nothing(const struct call *call)
{
	const struct call_kind *kind = call->request.kind;

	return call_is_root(call) || !kind->action ||
	       (kind->own && kind->own(call));
}

static void call_fail(struct call *call, int r)
{
	if (r != -ENXIO)
		sd_bus_reply_method_errno(call->message, r, NULL);
	call_forget(call);
}

static int call_on_user(sd_bus_message *answer, void *userdata,
			sd_bus_error *error _unused_)
{
	struct call *call = userdata;
	int r;

	call->whose = sd_bus_slot_unref(call->whose);
	r = caller_read(answer, call->request.kind->process, &call->caller);
	if (r == -ETIMEDOUT)
		call->queue->deaf(call->queue->userdata);
	else if (r < 0)
		call_fail(call, r);
	else if (needs_nothing(call))
		call_allow(call);
	else
		call_ask_polkit(call);
	return 0;
}

static struct call *call_of(const struct call_queue *queue, const char *name)
{
	struct call *call = queue->calls;

	while (call &&
	       strcmp(sd_bus_message_get_sender(call->message), name) != 0)
		call = call->next;
	return call;
}

/* NameOwnerChanged(name, old owner, new owner). A unique name is never given to
 * another one: any change is its end. When one is forgotten, others may be
 * answered. */
static int calls_on_left(sd_bus_message *signal, void *userdata,
			 sd_bus_error *error _unused_)
{
	struct call_queue *queue = userdata;
	struct call *call;
	const char *name;

	if (sd_bus_message_read(signal, "s", &name) < 0)
		return 0;
	while ((call = call_of(queue, name)))
		call_forget(call);
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

static int copy_strings(char *const *from, char ***ret)
{
	const size_t n = call_n_strings(from);
	char **copy = calloc(n + 1, sizeof(char *));

	if (!copy)
		return -ENOMEM;
	*ret = copy;
	for (size_t i = 0; i < n; i++) {
		copy[i] = strdup(from[i]);
		if (!copy[i])
			return -ENOMEM;
	}
	return 0;
}

static int call_prepare(struct call *call, sd_bus_message *message,
			const struct call_request *request)
{
	int r;

	call->request = *request;
	call->request.devices = NULL;
	r = copy_strings(request->devices, &call->request.devices);
	if (r >= 0)
		r = request_copy(message, &call->message);
	return r < 0 ? r
		     : caller_ask(message, call_on_user, call, &call->whose);
}

static struct call *call_new(struct call_queue *queue)
{
	struct call *call = calloc(1, sizeof(*call));

	if (!call)
		return NULL;
	call->queue = queue;
	call->caller.uid = CALLER_UNKNOWN;
	call->next = queue->calls;
	queue->calls = call;
	return call;
}

int call_begin(struct call_queue *queue, const struct call_request *request,
	       sd_bus_message *message, sd_bus_error *error)
{
	struct call *call;
	int r;

	if (is_flood(queue, message))
		return sd_bus_error_set(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
					"Too many calls at once.");
	/* Before the bus is asked: who leaves after that is not missed. */
	r = calls_watch(queue, sd_bus_message_get_bus(message));
	if (r < 0)
		return r;
	call = call_new(queue);
	if (!call)
		return -ENOMEM;
	r = call_prepare(call, message, request);
	if (r < 0)
		call_forget(call);
	return r < 0 ? r : 1;
}

/* Authorized, and to be answered when something is known. */
static bool call_waits(const struct call *call)
{
	return !call->whose && !call->query && call->request.kind->passed;
}

/* First come, first served: the last of the list. */
static struct call *first_early(const struct call_queue *queue)
{
	struct call *first = NULL;

	for (struct call *call = queue->calls; call; call = call->next)
		if (call->early)
			first = call;
	return first;
}

static int calls_on_answer(sd_event_source *source _unused_, void *userdata)
{
	struct call_queue *queue = userdata;
	struct call *call, *next;

	while ((call = first_early(queue))) {
		call->early = false;
		call_allow(call);
	}

	for (call = queue->calls; call; call = next) {
		next = call->next;
		if (!call->passed)
			continue;
		call->request.kind->passed(call);
		call_forget(call);
	}
	return 0;
}

void calls_passed(struct call_queue *queue)
{
	bool some = false;

	queue->passed = true;
	for (struct call *call = queue->calls; call; call = call->next) {
		call->passed |= call_waits(call);
		some |= call->passed || call->early;
	}
	if (some)
		sd_event_source_set_enabled(queue->answer, SD_EVENT_ONESHOT);
}

int calls_init(struct call_queue *queue, sd_event *event)
{
	int r;

	r = sd_event_add_defer(event, &queue->answer, calls_on_answer, queue);
	return r < 0 ? r
		     : sd_event_source_set_enabled(queue->answer, SD_EVENT_OFF);
}

void calls_done(struct call_queue *queue)
{
	calls_clear(queue);
	sd_event_source_disable_unref(queue->answer);
}
