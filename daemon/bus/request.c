// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/request.h"

#include <stdint.h>

#include "basic/cleanup.h"
#include "basic/names.h"

static int copy_flags(sd_bus_message *call, sd_bus_message *copy)
{
	int r;

	r = sd_bus_message_set_expect_reply(
		copy, sd_bus_message_get_expect_reply(call) > 0);
	if (r < 0)
		return r;
	return sd_bus_message_set_allow_interactive_authorization(
		copy,
		sd_bus_message_get_allow_interactive_authorization(call) > 0);
}

int request_copy(sd_bus_message *call, sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *copy = NULL;
	uint64_t cookie;
	int r;

	r = sd_bus_message_get_cookie(call, &cookie);
	if (r >= 0)
		r = sd_bus_message_new_method_call(
			sd_bus_message_get_bus(call), &copy, BUS_NAME, BUS_PATH,
			BUS_INTERFACE, sd_bus_message_get_member(call));
	if (r >= 0)
		r = sd_bus_message_set_sender(copy,
					      sd_bus_message_get_sender(call));
	if (r >= 0)
		r = copy_flags(call, copy);
	if (r >= 0)
		r = sd_bus_message_seal(copy, cookie, 0);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(copy);
	return 0;
}
