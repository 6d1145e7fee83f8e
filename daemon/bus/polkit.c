// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/polkit.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define POLKIT_NAME "org.freedesktop.PolicyKit1"
#define POLKIT_PATH "/org/freedesktop/PolicyKit1/Authority"
#define POLKIT_INTERFACE "org.freedesktop.PolicyKit1.Authority"

/* AllowUserInteraction of CheckAuthorization()'s flags. */
#define POLKIT_INTERACTIVE 1U
/* polkit may have to be started first; or somebody to find a password. */
#define POLKIT_TIMEOUT_USEC (60 * UINT64_C(1000000))
#define POLKIT_PASSWORD_USEC (300 * UINT64_C(1000000))

struct polkit_query {
	sd_bus *bus;
	char id[16]; /* by which it can be called off */
	bool answered;
	polkit_answer_fn answer;
	void *userdata;
	sd_bus_slot *slot; /* the call that is under way */
};

static void polkit_call_off(struct polkit_query *query)
{
	sd_bus_call_method_async(query->bus, NULL, POLKIT_NAME, POLKIT_PATH,
				 POLKIT_INTERFACE, "CancelCheckAuthorization",
				 NULL, NULL, "s", query->id);
}

void polkit_query_free(struct polkit_query *query)
{
	if (query->slot && !query->answered)
		polkit_call_off(query);
	sd_bus_slot_unref(query->slot);
	sd_bus_unref(query->bus);
	free(query);
}

/* The query may be gone after this. */
static int polkit_answer(struct polkit_query *query, enum polkit_answer answer,
			 const char *why)
{
	query->answer(answer, why, query->userdata);
	return 0;
}

static int polkit_on_checked(sd_bus_message *reply, void *userdata,
			     sd_bus_error *error _unused_)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);
	struct polkit_query *query = userdata;
	int allowed = 0, challenge = 0, r;

	/* Also where sd-bus has waited long enough. */
	query->answered = !sd_bus_error_has_name(e, SD_BUS_ERROR_NO_REPLY);
	if (e)
		return polkit_answer(query, POLKIT_SILENT,
				     e->message ?: e->name);
	r = sd_bus_message_enter_container(reply, 'r', "bba{ss}");
	if (r >= 0)
		r = sd_bus_message_read(reply, "bb", &allowed, &challenge);
	if (r < 0)
		return polkit_answer(query, POLKIT_SILENT,
				     "its reply makes no sense");
	if (allowed)
		return polkit_answer(query, POLKIT_ALLOWED, NULL);
	return polkit_answer(
		query, challenge ? POLKIT_CHALLENGE : POLKIT_DENIED, NULL);
}

static int polkit_check(struct polkit_query *query, sd_bus_message *call,
			const char *action)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	bool interactive =
		sd_bus_message_get_allow_interactive_authorization(call) > 0;
	int r;

	r = sd_bus_message_new_method_call(query->bus, &m, POLKIT_NAME,
					   POLKIT_PATH, POLKIT_INTERFACE,
					   "CheckAuthorization");
	if (r < 0)
		return r;
	r = sd_bus_message_append(
		m, "(sa{sv})sa{ss}us", "system-bus-name", 1, "name", "s",
		sd_bus_message_get_sender(call), action, 0,
		interactive ? POLKIT_INTERACTIVE : 0, query->id);
	if (r < 0)
		return r;
	return sd_bus_call_async(
		query->bus, &query->slot, m, polkit_on_checked, query,
		interactive ? POLKIT_PASSWORD_USEC : POLKIT_TIMEOUT_USEC);
}

int polkit_ask(sd_bus_message *call, const char *action,
	       polkit_answer_fn answer, void *userdata,
	       struct polkit_query **ret)
{
	_cleanup_polkit_query_ struct polkit_query *query = NULL;
	static unsigned int last_id;
	int r;

	query = calloc(1, sizeof(*query));
	if (!query)
		return -ENOMEM;
	query->bus = sd_bus_ref(sd_bus_message_get_bus(call));
	query->answer = answer;
	query->userdata = userdata;
	snprintf(query->id, sizeof(query->id), "%u", ++last_id);
	r = polkit_check(query, call, action);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(query);
	return 0;
}
