// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/caller.h"

#include <errno.h>
#include <stdint.h>

#include "basic/cleanup.h"

/* The bus itself answers, at once if it is well. Root waits so long while it is
 * not. */
#define CALLER_TIMEOUT_USEC (5 * UINT64_C(1000000))

int caller_ask(sd_bus_message *call, sd_bus_message_handler_t answered,
	       void *userdata, sd_bus_slot **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	sd_bus *bus = sd_bus_message_get_bus(call);
	int r;

	r = sd_bus_message_new_method_call(
		bus, &m, "org.freedesktop.DBus", "/org/freedesktop/DBus",
		"org.freedesktop.DBus", "GetConnectionUnixUser");
	if (r >= 0)
		r = sd_bus_message_append(m, "s",
					  sd_bus_message_get_sender(call));
	if (r < 0)
		return r;
	r = sd_bus_call_async(bus, ret, m, answered, userdata,
			      CALLER_TIMEOUT_USEC);
	return r < 0 ? r : 0;
}

int caller_read(sd_bus_message *answer, uid_t *ret)
{
	uint32_t uid;

	if (sd_bus_message_is_method_error(answer, SD_BUS_ERROR_NO_REPLY))
		return -ETIMEDOUT;
	if (sd_bus_message_is_method_error(answer, NULL) ||
	    sd_bus_message_read(answer, "u", &uid) < 0)
		return -ENXIO;
	*ret = uid;
	return 0;
}
