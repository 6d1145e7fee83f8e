// SPDX-License-Identifier: GPL-2.0-or-later
/* A broker over a fake machine on the bus of $DBUS_SYSTEM_BUS_ADDRESS, until it
 * is killed: the first job fails, as a process keeps its memory. While the file
 * HOLD is there, no job ends, and dax0.0 has lost its driver.
 * usage: serve-bus HOLD */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/clock.h"
#include "daemon/bus/bus.h"
#include "tests/unit/broker/world.h"

static struct world world;
static const char *hold;

/* One of the two memory blocks of the job's device is online. */
static void move_half(void)
{
	const struct plan *plan =
		fake_worker(&world.fake, "dax0.0")->order.plan;
	const struct broker_event event = {
		.kind = BROKER_EVENT_ONLINE,
		.block = true,
		.block_id = plan->blocks[0],
	};

	fake_progress(&world.fake, "dax0.0", plan->n_steps - 1, ACT_TAKING);
	world.fake.now += 1000000;
	broker_event(world.broker, &event);
}

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

	static bool failed, held, moved;
	const bool holds = access(hold, F_OK) == 0;

	if (holds && !held)
		world_device(&world, "dax0.0")->driver = NULL;
	held = holds;
	fake_advance(&world.fake, 0);
	if (holds && fake_running(&world.fake) > 0 && !moved)
		move_half();
	moved = holds && fake_running(&world.fake) > 0;
	while (fake_running(&world.fake) > 0 && !holds) {
		if (failed)
			world_done(&world, "dax0.0");
		else
			fake_end(&world.fake, "dax0.0", &result);
		failed = true;
		fake_advance(&world.fake, 0);
	}
	return 0;
}

int main(int argc, char **argv)
{
	sd_event *event = NULL;
	struct bus *bus = NULL;

	if (argc < 2)
		return 2;
	hold = argv[1];
	world_make(&world);
	/* What clients work out of times is of this machine's clock, which may
	 * have begun a minute ago. */
	world.fake.now = clock_usec();
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
