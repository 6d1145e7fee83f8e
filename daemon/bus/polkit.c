// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/polkit.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* AllowUserInteraction of CheckAuthorization()'s flags. */
#define POLKIT_INTERACTIVE 1U
/* Somebody may have to find a password first. */
#define POLKIT_TIMEOUT UINT64_MAX

struct polkit_query {
	sd_bus_message *call;
	char *action;
	polkit_answer_fn answer;
	void *userdata;
	sd_bus_slot *slot; /* the call that is under way */
};

void polkit_query_free(struct polkit_query *query)
{
	sd_bus_slot_unref(query->slot);
	sd_bus_message_unref(query->call);
	free(query->action);
	free(query);
}

static int polkit_answer(struct polkit_query *query, enum polkit_answer answer)
{
	/* The query may be gone after this. */
	query->answer(answer, query->userdata);
	return 0;
}

static int polkit_on_checked(sd_bus_message *reply, void *userdata,
			     sd_bus_error *error _unused_)
{
	int allowed = 0, challenge = 0, r;

	if (sd_bus_message_is_method_error(reply, NULL))
		return polkit_answer(userdata, POLKIT_DENIED);
	r = sd_bus_message_enter_container(reply, 'r', "bba{ss}");
	if (r >= 0)
		r = sd_bus_message_read(reply, "bb", &allowed, &challenge);
	if (r < 0)
		return polkit_answer(userdata, POLKIT_DENIED);
	if (allowed)
		return polkit_answer(userdata, POLKIT_ALLOWED);
	return polkit_answer(userdata,
			     challenge ? POLKIT_CHALLENGE : POLKIT_DENIED);
}

static int polkit_check(struct polkit_query *query)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	sd_bus *bus = sd_bus_message_get_bus(query->call);
	uint32_t flags = 0;
	int r;

	if (sd_bus_message_get_allow_interactive_authorization(query->call) > 0)
		flags |= POLKIT_INTERACTIVE;
	r = sd_bus_message_new_method_call(
		bus, &m, "org.freedesktop.PolicyKit1",
		"/org/freedesktop/PolicyKit1/Authority",
		"org.freedesktop.PolicyKit1.Authority", "CheckAuthorization");
	if (r < 0)
		return r;
	r = sd_bus_message_append(m, "(sa{sv})sa{ss}us", "system-bus-name", 1,
				  "name", "s",
				  sd_bus_message_get_sender(query->call),
				  query->action, 0, flags, "");
	if (r < 0)
		return r;
	query->slot = sd_bus_slot_unref(query->slot);
	return sd_bus_call_async(bus, &query->slot, m, polkit_on_checked, query,
				 POLKIT_TIMEOUT);
}

static int polkit_on_user(sd_bus_message *reply, void *userdata,
			  sd_bus_error *error _unused_)
{
	uint32_t uid = UINT32_MAX;

	if (sd_bus_message_is_method_error(reply, NULL) ||
	    sd_bus_message_read(reply, "u", &uid) < 0)
		return polkit_answer(userdata, POLKIT_DENIED);
	if (uid == 0)
		return polkit_answer(userdata, POLKIT_ALLOWED);
	if (polkit_check(userdata) < 0)
		return polkit_answer(userdata, POLKIT_DENIED);
	return 0;
}

int polkit_ask(sd_bus_message *call, const char *action,
	       polkit_answer_fn answer, void *userdata,
	       struct polkit_query **ret)
{
	_cleanup_polkit_query_ struct polkit_query *query = NULL;
	int r;

	query = calloc(1, sizeof(*query));
	if (!query)
		return -ENOMEM;
	query->call = sd_bus_message_ref(call);
	query->answer = answer;
	query->userdata = userdata;
	query->action = strdup(action);
	if (!query->action)
		return -ENOMEM;
	/* Not sd_bus_query_sender_creds(): it would wait for the answer. */
	r = sd_bus_call_method_async(
		sd_bus_message_get_bus(call), &query->slot,
		"org.freedesktop.DBus", "/org/freedesktop/DBus",
		"org.freedesktop.DBus", "GetConnectionUnixUser", polkit_on_user,
		query, "s", sd_bus_message_get_sender(call));
	if (r < 0)
		return r;
	*ret = TAKE_PTR(query);
	return 0;
}
