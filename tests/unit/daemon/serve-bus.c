// SPDX-License-Identifier: GPL-2.0-or-later
/* A broker over a fake machine on the bus of $DBUS_SYSTEM_BUS_ADDRESS, until it
 * is killed: the first job fails, as a process keeps its memory. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "daemon/bus/bus.h"
#include "tests/unit/broker/world.h"

static struct world world;

static int on_post(sd_event_source *source _unused_, void *userdata _unused_)
{
	const struct act_result result = {
		.outcome = ACT_UNDONE,
		.device = "dax0.0",
		.n_steps = 2,
		.step = 1,
		.kind = PLAN_BIND,
		.failure = { .cause = ACT_CAUSE_ONLINE,
			     .error = EBUSY,
			     .device = "dax0.0",
			     .blocker = { .kind = "pinned",
					  .pid = 812,
					  .command = "qemu" } },
	};

	static bool failed;

	fake_advance(&world.fake, 0);
	while (fake_running(&world.fake) > 0) {
		if (failed)
			world_done(&world, "dax0.0");
		else
			fake_end(&world.fake, "dax0.0", &result);
		failed = true;
		fake_advance(&world.fake, 0);
	}
	return 0;
}

int main(void)
{
	sd_event *event = NULL;
	struct bus *bus = NULL;

	world_make(&world);
	world_policy(&world, "a.region",
		     "[Match]\nDevice=dax0.0\n[Region]\nMode=system-ram\n");
	world_policy(&world, "b.region", "[Match]\nDevice=dax9.9\nX=1\n");
	world_add_region(&world, 2);
	world_start(&world);
	if (sd_event_new(&event) < 0 ||
	    sd_event_add_post(event, NULL, on_post, NULL) < 0 ||
	    bus_new(event, world.broker, &bus) < 0)
		return 1;
	return sd_event_loop(event) < 0;
}
