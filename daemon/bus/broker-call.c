// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/broker-call.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/names.h"
#include "broker/broker.h"
#include "daemon/bus/listing.h"
#include "daemon/bus/property.h"

/* Answers with the devices. */
static void list_reply(const struct call *call)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	int r;

	r = sd_bus_message_new_method_return(call->message, &reply);
	if (r >= 0)
		r = listing_append(reply, broker_records(call->queue->broker),
				   call_is_root(call));
	if (r >= 0)
		r = sd_bus_send(NULL, reply, NULL);
	if (r < 0)
		sd_bus_reply_method_errno(call->message, r, NULL);
}

static bool list_allowed(struct call *call)
{
	if (call_may_answer(call))
		list_reply(call);
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
			call->request.devices[0], call_is_root(call));
	if (r >= 0)
		r = sd_bus_send(NULL, reply, NULL);
	if (r < 0)
		sd_bus_reply_method_errno(call->message, r, NULL);
}

static bool history_allowed(struct call *call)
{
	if (call_may_answer(call))
		history_reply(call);
	return true;
}

/* Answered after the pass that follows. */
static bool apply_allowed(struct call *call)
{
	char **devices = call->request.devices;
	const size_t n = call_n_strings(devices);

	if (n == 0)
		log_info("Applying the policies anew, for user %u (%s on the "
			 "bus)",
			 call->caller.uid,
			 sd_bus_message_get_sender(call->message));
	else
		log_info("Applying the policies to %s%s, for user %u (%s on "
			 "the bus)",
			 devices[0], n > 1 ? " and others" : "",
			 call->caller.uid,
			 sd_bus_message_get_sender(call->message));
	broker_apply(call->queue->broker, (const char *const *)devices, n,
		     call->caller.uid);
	return false;
}

static bool is_about(const struct call *call, const struct job_record *job)
{
	char **devices = call->request.devices;

	if (call_n_strings(devices) == 0)
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
			call->request.kind == &broker_call_release
				? "There is no override of it."
				: "There is no device of that name.");
	else if (r == -EDQUOT)
		call_refuse_as_too_many(call, "overrides are in force");
	else
		sd_bus_reply_method_errno(call->message, r, NULL);
}

/* Answered after the pass that follows. */
static bool override_allowed(struct call *call)
{
	struct policy_override wish = call->request.wish;
	int r;

	wish.uid = call->caller.uid;
	r = broker_override(call->queue->broker, call->request.devices[0],
			    &wish, call->request.usec);
	if (r < 0)
		override_fail(call, r);
	return r < 0;
}

static bool release_allowed(struct call *call)
{
	int r = broker_release(call->queue->broker, call->request.devices[0],
			       call->caller.uid);

	if (r < 0)
		override_fail(call, r);
	return r < 0;
}

const struct call_kind broker_call_list = {
	.allowed = list_allowed,
};

const struct call_kind broker_call_history = {
	.allowed = history_allowed,
};

const struct call_kind broker_call_apply = {
	.action = POLKIT_ACTION_APPLY,
	.allowed = apply_allowed,
	.passed = apply_reply,
};

const struct call_kind broker_call_cancel = {
	.action = POLKIT_ACTION_CANCEL,
	.allowed = cancel_allowed,
};

const struct call_kind broker_call_override = {
	.action = POLKIT_ACTION_OVERRIDE,
	.allowed = override_allowed,
	.passed = apply_reply,
};

const struct call_kind broker_call_release = {
	.action = POLKIT_ACTION_OVERRIDE,
	.allowed = release_allowed,
	.passed = apply_reply,
};
