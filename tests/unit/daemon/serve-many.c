// SPDX-License-Identifier: GPL-2.0-or-later
/* A broker over a fake machine of many devices on the bus of
 * $DBUS_SYSTEM_BUS_ADDRESS, until it is killed. Jobs end well at once. When the
 * file AGAIN is there all devices have lost their driver, and it is removed.
 * usage: serve-many AGAIN DEVICES */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/bus/bus.h"
#include "tests/unit/broker/world.h"

static struct world world;
static const char *again;

static void end_jobs(void)
{
	while (fake_running(&world.fake) > 0) {
		world_done(&world, world.fake.workers->order.plan->device);
		fake_advance(&world.fake, 0);
	}
}

static int on_post(sd_event_source *source _unused_, void *userdata _unused_)
{
	if (unlink(again) == 0)
		for (size_t i = 0; i < world.n_devices; i++)
			world.devices[i].driver = NULL;
	fake_advance(&world.fake, 0);
	end_jobs();
	return 0;
}

int main(int argc, char **argv)
{
	sd_event *event = NULL;
	struct bus *bus = NULL;

	if (argc < 3)
		return 2;
	again = argv[1];
	world_make(&world);
	world_policy(&world, "a.region",
		     "[Match]\nProvider=hmem\n[Region]\nMode=system-ram\n");
	for (long n = strtol(argv[2], NULL, 10); n > 0; n--)
		world_add_region(&world, 1);
	world_start(&world);
	end_jobs();
	if (sd_event_new(&event) < 0 ||
	    sd_event_add_post(event, NULL, on_post, NULL) < 0 ||
	    bus_new(event, world.broker, &bus) < 0)
		return 1;
	return sd_event_loop(event) < 0;
}
