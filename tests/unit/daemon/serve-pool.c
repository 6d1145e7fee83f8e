// SPDX-License-Identifier: GPL-2.0-or-later
/* A broker over a fake machine with a pool, on the bus of
 * $DBUS_SYSTEM_BUS_ADDRESS, until it is killed. Its jobs do at once what they
 * are for. User 65534 and group 7 may lease 128M each.
 * usage: serve-pool */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "daemon/bus/bus.h"
#include "fake-polkit.h"
#include "tests/unit/broker/world.h"

/* The fake machine has no descriptors that wake an event loop. */
#define POLL_USEC 20000

static struct world world;

static int on_time(sd_event_source *source, uint64_t usec _unused_,
		   void *userdata _unused_)
{
	fake_poll(&world.fake);
	fake_advance(&world.fake, POLL_USEC);
	world_finish(&world);
	sd_event_source_set_time_relative(source, POLL_USEC);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int main(void)
{
	sd_event *event = NULL;
	struct bus *bus = NULL;

	world_make(&world);
	world_policy(&world, "a.region",
		     "[Match]\nDevice=*\n[Region]\nMode=pool\n"
		     "[Pool]\nName=fast\nIdle=free\nAllowUsers="
		     "65534\nAllowGroups=7\n"
		     "MaxPerUser=128M\n");
	world_add_region(&world, 2);
	world_start(&world);
	world_finish(&world);
	if (sd_event_new(&event) < 0)
		return 1;
	fake_polkit_join(event);
	if (sd_event_add_time_relative(event, NULL, CLOCK_MONOTONIC, 0, 0,
				       on_time, NULL) < 0 ||
	    bus_new(event, world.broker, &bus) < 0)
		return 1;
	return sd_event_loop(event) < 0;
}
