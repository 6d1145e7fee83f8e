// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake-polkit.h"

#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#include "basic/cleanup.h"
#include "basic/names.h"

static int on_check(sd_bus_message *message, void *userdata _unused_,
		    sd_bus_error *error _unused_)
{
	const char *action;
	int r;

	r = sd_bus_message_skip(message, "(sa{sv})");
	if (r >= 0)
		r = sd_bus_message_read(message, "s", &action);
	if (r < 0)
		return r;
	return sd_bus_reply_method_return(
		message, "(bba{ss})", strcmp(action, POLKIT_ACTION_LEASE) == 0,
		0, 0);
}

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("CheckAuthorization", "(sa{sv})sa{ss}us", "(bba{ss})",
		      on_check, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END,
};

void fake_polkit_join(sd_event *event)
{
	sd_bus *bus = NULL;

	if (sd_bus_open_system(&bus) < 0 ||
	    sd_bus_attach_event(bus, event, 0) < 0 ||
	    sd_bus_add_object_vtable(
		    bus, NULL, "/org/freedesktop/PolicyKit1/Authority",
		    "org.freedesktop.PolicyKit1.Authority", vtable, NULL) < 0 ||
	    sd_bus_request_name(bus, "org.freedesktop.PolicyKit1", 0) < 0)
		exit(1);
}
