// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/call.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/names.h"
#include "daemon/bus/caller.h"
#include "daemon/bus/listing.h"
#include "daemon/bus/polkit.h"
#include "daemon/bus/property.h"
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
	struct call_request request; /* owned */
	struct call *next;
	bool passed;		 /* a pass has been made since */
	sd_bus_message *message; /* without its arguments */
	uid_t uid;
	sd_bus_slot *whose;	    /* while the bus is asked */
	struct polkit_query *query; /* while polkit is asked */
};

static void free_strings(char **strings)
{
	for (size_t i = 0; strings && strings[i]; i++)
		free(strings[i]);
	free(strings);
}

static size_t n_strings(char *const *strings)
{
	size_t n = 0;

	while (strings && strings[n])
		n++;
	return n;
}

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
	free_strings(call->request.devices);
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

/* Refuses it where it would be too much to keep. */
static bool may_answer(const struct call *call)
{
	uint64_t unsent = 0;

	sd_bus_get_n_queued_write(sd_bus_message_get_bus(call->message),
				  &unsent);
	if (unsent <= UNSENT_MAX || is_root(call))
		return true;
	refuse_as_too_many(call, "answers have not been read yet");
	return false;
}

static bool list_allowed(struct call *call)
{
	if (may_answer(call))
		call_reply(call);
	return true;
}

static void history_reply(const struct call *call)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	int r;

	r = sd_bus_message_new_method_return(call->message, &reply);
	if (r >= 0)
		r = listing_append_history(
			reply, broker_history(call->queue->broker),
			call->request.devices[0], is_root(call));
	if (r >= 0)
		r = sd_bus_send(NULL, reply, NULL);
	if (r < 0)
		sd_bus_reply_method_errno(call->message, r, NULL);
}

static bool history_allowed(struct call *call)
{
	if (may_answer(call))
		history_reply(call);
	return true;
}

/* Answered after the pass that follows. */
static bool apply_allowed(struct call *call)
{
	char **devices = call->request.devices;
	const size_t n = n_strings(devices);

	if (n == 0)
		log_info("Applying the policies anew, for user %u (%s on the "
			 "bus)",
			 call->uid, sd_bus_message_get_sender(call->message));
	else
		log_info("Applying the policies to %s%s, for user %u (%s on "
			 "the bus)",
			 devices[0], n > 1 ? " and others" : "", call->uid,
			 sd_bus_message_get_sender(call->message));
	broker_apply(call->queue->broker, (const char *const *)devices, n,
		     call->uid);
	return false;
}

static bool is_about(const struct call *call, const struct job_record *job)
{
	char **devices = call->request.devices;

	if (n_strings(devices) == 0)
		return true;
	for (; *devices; devices++)
		if (strcmp(*devices, job->device) == 0)
			return true;
	return false;
}

static int append_jobs(sd_bus_message *reply, const struct call *call)
{
	const struct job_list *list = broker_jobs(call->queue->broker);
	int r;

	r = sd_bus_message_open_container(reply, 'a', "o");
	for (size_t i = 0; i < list->n && r >= 0; i++) {
		_cleanup_free_ char *path = NULL;
		char number[16];

		if (!is_about(call, list->jobs[i]))
			continue;
		snprintf(number, sizeof(number), "%u", list->jobs[i]->number);
		path = property_path("job", number);
		r = path ? sd_bus_message_append(reply, "o", path) : -ENOMEM;
	}
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* With the jobs that it led to, or that run already. */
static void apply_reply(const struct call *call)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	int r = broker_error(call->queue->broker);

	if (r == 0)
		r = sd_bus_message_new_method_return(call->message, &reply);
	if (r >= 0)
		r = append_jobs(reply, call);
	if (r >= 0)
		r = sd_bus_send(NULL, reply, NULL);
	if (r < 0)
		sd_bus_reply_method_errno(call->message, r, NULL);
}

static bool cancel_allowed(struct call *call)
{
	int r;

	r = broker_cancel_job(call->queue->broker, call->request.job);
	if (r == -ENOENT)
		sd_bus_reply_method_errorf(call->message,
					   SD_BUS_ERROR_FILE_NOT_FOUND,
					   "The job has ended.");
	else if (r < 0)
		sd_bus_reply_method_errno(call->message, r, NULL);
	else
		sd_bus_reply_method_return(call->message, NULL);
	return true;
}

static void override_fail(const struct call *call, int r)
{
	if (r == -ENOENT)
		sd_bus_reply_method_errorf(
			call->message, SD_BUS_ERROR_FILE_NOT_FOUND,
			call->request.kind == CALL_RELEASE
				? "There is no override of it."
				: "There is no device of that name.");
	else if (r == -EDQUOT)
		refuse_as_too_many(call, "overrides are in force");
	else
		sd_bus_reply_method_errno(call->message, r, NULL);
}

/* Answered after the pass that follows. */
static bool override_allowed(struct call *call)
{
	struct policy_override wish = call->request.wish;
	int r;

	wish.uid = call->uid;
	r = broker_override(call->queue->broker, call->request.devices[0],
			    &wish, call->request.usec);
	if (r < 0)
		override_fail(call, r);
	return r < 0;
}

static bool release_allowed(struct call *call)
{
	int r = broker_release(call->queue->broker, call->request.devices[0],
			       call->uid);

	if (r < 0)
		override_fail(call, r);
	return r < 0;
}

/* What a call is to do once it is authorized: true when it is answered. */
static const struct {
	const char *action; /* NULL: everyone may */
	bool (*allowed)(struct call *call);
} kinds[CALL_KINDS] = {
	[CALL_LIST] = { NULL, list_allowed },
	[CALL_HISTORY] = { NULL, history_allowed },
	[CALL_APPLY] = { POLKIT_ACTION_APPLY, apply_allowed },
	[CALL_CANCEL] = { POLKIT_ACTION_CANCEL, cancel_allowed },
	[CALL_OVERRIDE] = { POLKIT_ACTION_OVERRIDE, override_allowed },
	[CALL_RELEASE] = { POLKIT_ACTION_OVERRIDE, release_allowed },
};

static void call_allow(struct call *call)
{
	if (kinds[call->request.kind].allowed(call))
		call_forget(call);
}

static void call_deny(struct call *call, enum polkit_answer answer,
		      const char *why)
{
	const char *action = kinds[call->request.kind].action;

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
	r = polkit_ask(call->message, kinds[call->request.kind].action,
		       call_on_answer, call, &call->query);
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
	else if (is_root(call) || !kinds[call->request.kind].action)
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

static int copy_strings(char *const *from, char ***ret)
{
	const size_t n = n_strings(from);
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
	call->uid = CALLER_UNKNOWN;
	call->next = queue->calls;
	queue->calls = call;
	return call;
}

int call_begin(struct call_queue *queue, const struct call_request *request,
	       sd_bus_message *message, sd_bus_error *error)
{
	struct call *call;
	int r;

	assert(request->kind < CALL_KINDS);
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
	return !call->whose && !call->query &&
	       (call->request.kind == CALL_APPLY ||
		call->request.kind == CALL_OVERRIDE ||
		call->request.kind == CALL_RELEASE);
}

static int calls_on_answer(sd_event_source *source _unused_, void *userdata)
{
	struct call_queue *queue = userdata;
	struct call *next;

	for (struct call *call = queue->calls; call; call = next) {
		next = call->next;
		if (!call->passed)
			continue;
		apply_reply(call);
		call_forget(call);
	}
	return 0;
}

void calls_passed(struct call_queue *queue)
{
	bool some = false;

	for (struct call *call = queue->calls; call; call = call->next) {
		call->passed |= call_waits(call);
		some |= call->passed;
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
