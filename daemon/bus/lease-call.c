// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/lease-call.h"

#include <errno.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/names.h"
#include "basic/utf8.h"
#include "broker/lease-desk.h"
#include "daemon/bus/property.h"

/* So many wait for a lease at once, of one user and of all users; they may wait
 * for ever, so they have limits of their own. Root is not limited. */
#define WAITING_OF_USER 64
#define WAITING_OF_USERS 1024

static const struct {
	int error;
	const char *name;
} errors[] = {
	{ -EINVAL, SD_BUS_ERROR_INVALID_ARGS },
	{ -EPERM, SD_BUS_ERROR_ACCESS_DENIED },
	{ -EDQUOT, SD_BUS_ERROR_LIMITS_EXCEEDED },
	{ -ETIMEDOUT, SD_BUS_ERROR_TIMEOUT },
	{ -ENOMEM, BUS_ERROR_UNAVAILABLE },
	{ -EBUSY, BUS_ERROR_UNAVAILABLE },
	{ -ESHUTDOWN, BUS_ERROR_UNAVAILABLE },
	{ -EOPNOTSUPP, SD_BUS_ERROR_NOT_SUPPORTED },
	{ -ENOENT, SD_BUS_ERROR_UNKNOWN_OBJECT },
};

static const char *error_name(int error)
{
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (errors[i].error == error)
			return errors[i].name;
	return SD_BUS_ERROR_FAILED;
}

static void reply_error(const struct call *call,
			const struct lease_answer *answer)
{
	_cleanup_free_ char *text = strdup(answer->message ?: "");

	if (text)
		utf8_repair(text);
	sd_bus_reply_method_errorf(
		call->message, error_name(answer->error), "%s",
		text && *text ? text : strerror(-answer->error));
}

/* The message has descriptors of its own, which go with it. Where it does not
 * arrive, nobody has any, and the lease ends. */
static void reply_lease(const struct call *call,
			const struct lease_answer *answer)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	_cleanup_free_ char *path = NULL;
	char id[LEASE_ID_MAX];
	int r;

	path = property_path("lease",
			     lease_id_format(answer->lease->grant.id, id));
	r = path ? sd_bus_message_new_method_return(call->message, &reply)
		 : -ENOMEM;
	if (r >= 0)
		r = sd_bus_message_append(reply, "hho", answer->device_fd,
					  answer->lease_fd, path);
	if (r >= 0)
		r = sd_bus_send(NULL, reply, NULL);
	if (r < 0)
		sd_bus_reply_method_errno(call->message, r, NULL);
}

/* From within lease_desk_ask() it is call_allow() that forgets the call. */
static void on_answer(const struct lease_answer *answer, void *userdata)
{
	struct call *call = userdata;

	if (answer->error < 0)
		reply_error(call, answer);
	else if (call_may_answer(call))
		reply_lease(call, answer);
	call->lease = 0;
	if (call->asking)
		call->asking = false;
	else
		call_forget(call);
}

static bool is_too_many(const struct call *call)
{
	unsigned int of_user = 0, of_users = 0;

	if (call_is_root(call))
		return false;
	for (const struct call *c = call->queue->calls; c; c = c->next) {
		if (c == call || !(c->lease || c->early) || call_is_root(c))
			continue;
		of_users++;
		of_user += c->caller.uid == call->caller.uid;
	}
	return of_user >= WAITING_OF_USER || of_users >= WAITING_OF_USERS;
}

static void ask_desk(struct call *call)
{
	const struct lease_order *order = &call->request.order;
	const struct lease_request request = {
		.pool = order->pool,
		.size = order->size,
		.align = order->align,
		.node = order->node,
		.name = order->name,
		.wait = order->wait,
		.zero = order->zero,
		.revocable = order->revocable,
		.path = order->path,
		.uid = call->caller.uid,
		.pid = call->caller.pid,
		.unit = call->caller.unit,
		.groups = call->caller.groups,
		.n_groups = call->caller.n_groups,
	};
	uint64_t id;

	call->asking = true;
	id = lease_desk_ask(call->queue->desk, &request, on_answer, call);
	if (call->asking)
		call->lease = id;
	call->asking = false;
	/* There may be many, for as long as it waits. */
	caller_clear(&call->caller);
}

static bool acquire_allowed(struct call *call)
{
	if (is_too_many(call)) {
		call_refuse_as_too_many(call, "calls wait for a lease");
		return true;
	}
	/* Descriptors that nobody reads are not to pile up. */
	if (!call_may_answer(call))
		return true;
	/* Which pools there are is not known yet. */
	call->early = !call->queue->passed;
	if (call->early)
		return false;
	ask_desk(call);
	return call->lease == 0;
}

static void acquire_left(const struct call *call)
{
	lease_desk_withdraw(call->queue->desk, call->lease);
}

/* How what was to be done with a lease went. */
static bool reply_done(const struct call *call, int r)
{
	if (r == -ENOENT)
		sd_bus_reply_method_errorf(
			call->message, SD_BUS_ERROR_FILE_NOT_FOUND,
			"The lease has ended, or not begun.");
	else if (r == -EOPNOTSUPP)
		sd_bus_reply_method_errorf(call->message,
					   SD_BUS_ERROR_NOT_SUPPORTED,
					   "The lease is not revocable.");
	else if (r < 0)
		sd_bus_reply_method_errno(call->message, r, NULL);
	else
		sd_bus_reply_method_return(call->message, NULL);
	return true;
}

/* One that has ended is nobody's. */
static bool is_own(const struct call *call)
{
	const struct lease *lease =
		lease_desk_find(call->queue->desk, call->request.lease);

	return lease && lease->grant.uid == call->caller.uid;
}

/* What somebody does with another one's lease. */
static void log_done(const struct call *call, const char *what)
{
	char id[LEASE_ID_MAX];

	log_info("%s lease %s, for user %u (%s on the bus)", what,
		 lease_id_format(call->request.lease, id), call->caller.uid,
		 sd_bus_message_get_sender(call->message));
}

static bool release_allowed(struct call *call)
{
	const bool own = is_own(call);
	int r = lease_desk_release(call->queue->desk, call->request.lease);

	if (r >= 0 && !own)
		log_done(call, "Ending");
	return reply_done(call, r);
}

static bool reclaim_allowed(struct call *call)
{
	int r = lease_desk_reclaim(call->queue->desk, call->request.lease,
				   call->request.usec);

	if (r >= 0)
		log_done(call, "Asking for the memory of");
	return reply_done(call, r);
}

static void holder_facts(const void *item, act_fact_fn fact, void *userdata)
{
	lease_holder_facts(item, true, fact, userdata);
}

static void public_holder_facts(const void *item, act_fact_fn fact,
				void *userdata)
{
	lease_holder_facts(item, false, fact, userdata);
}

static int holder_reply(const struct call *call, const struct lease *lease)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	const bool processes = call_is_root(call) || is_own(call);
	int r;

	r = sd_bus_message_new_method_return(call->message, &reply);
	if (r >= 0)
		r = property_append_facts(
			reply, processes ? holder_facts : public_holder_facts,
			lease);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

/* Whose lease it is has handed its memory on, and is to know to whom. */
static bool holder_allowed(struct call *call)
{
	const struct lease *lease =
		lease_desk_find(call->queue->desk, call->request.lease);
	int r;

	if (!call_may_answer(call))
		return true;
	r = lease ? holder_reply(call, lease) : -ENOENT;
	return r < 0 ? reply_done(call, r) : true;
}

const struct call_kind lease_call_acquire = {
	.action = POLKIT_ACTION_LEASE,
	.process = true,
	.allowed = acquire_allowed,
	.left = acquire_left,
};

const struct call_kind lease_call_release = {
	.action = POLKIT_ACTION_RECLAIM,
	.own = is_own,
	.allowed = release_allowed,
};

const struct call_kind lease_call_reclaim = {
	.action = POLKIT_ACTION_RECLAIM,
	.allowed = reclaim_allowed,
};

const struct call_kind lease_call_holder = {
	.allowed = holder_allowed,
};
