// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/early.h"

#include <string.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "daemon/bus/call.h"
#include "daemon/bus/lease-call.h"

/* False: no pool has that path. */
static bool read_pool(sd_bus_message *message, char ret[POLICY_NAME_MAX])
{
	const char *path = sd_bus_message_get_path(message);
	_cleanup_free_ char *name = NULL;

	if (sd_bus_path_decode(path, BUS_PATH "/pool", &name) <= 0 ||
	    !policy_use_is_name(name))
		return false;
	strcpy(ret, name);
	return true;
}

static int on_message(sd_bus_message *message, void *userdata,
		      sd_bus_error *error)
{
	struct call_queue *calls = userdata;
	struct call_request request = { .kind = &lease_call_acquire };
	char pool[POLICY_NAME_MAX];
	int r;

	if (calls->passed ||
	    !sd_bus_message_is_method_call(message, BUS_POOL_INTERFACE,
					   "Acquire") ||
	    !sd_bus_message_has_signature(message, "ta{sv}") ||
	    !read_pool(message, pool))
		return 0;
	r = lease_order_read(message, &request.order, error);
	if (r < 0)
		return r;
	strcpy(request.order.pool, pool);
	return call_begin(calls, &request, message, error);
}

int early_watch(sd_bus *connection, struct call_queue *calls)
{
	return sd_bus_add_filter(connection, NULL, on_message, calls);
}
