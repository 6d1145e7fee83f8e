// SPDX-License-Identifier: GPL-2.0-or-later
/* What a pass follows, and when. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "act/run.h"
#include "broker-case.h"

static void test_events_are_gathered(void **state _unused_)
{
	const struct broker_event event = { .kind = BROKER_EVENT_ONLINE };

	world_add_region(&world, 1);
	world_start(&world);
	for (int i = 0; i < 10; i++) {
		broker_event(world.broker, &event);
		fake_advance(&world.fake, 9000);
		assert_int_equal(world.surveys, 1);
	}
	/* From the first on. */
	fake_advance(&world.fake, 10000);
	assert_int_equal(world.surveys, 2);
	fake_advance(&world.fake, SECOND);
	assert_int_equal(world.surveys, 2);
}

/* The kernel announces a removal before it is complete. */
static void test_removal_is_waited_for(void **state _unused_)
{
	const struct broker_event other = { .kind = BROKER_EVENT_OFFLINE };
	const struct broker_event removal = { .kind = BROKER_EVENT_REMOVE,
					      .device = "dax0.0" };

	world_add_region(&world, 1);
	world_start(&world);
	broker_event(world.broker, &other);
	broker_event(world.broker, &removal);
	fake_advance(&world.fake, SECOND - 1);
	assert_int_equal(world.surveys, 1);
	fake_advance(&world.fake, 1);
	assert_int_equal(world.surveys, 2);
}

/* Other events do not bring the pass forward. */
static void test_removal_and_others(void **state _unused_)
{
	const struct broker_event other = { .kind = BROKER_EVENT_REMOVE };
	const struct broker_event removal = { .kind = BROKER_EVENT_REMOVE,
					      .device = "dax0.0" };

	world_add_region(&world, 1);
	world_start(&world);
	broker_event(world.broker, &removal);
	broker_event(world.broker, &other);
	fake_advance(&world.fake, SECOND - 1);
	assert_int_equal(world.surveys, 1);
	fake_advance(&world.fake, 1);
	assert_int_equal(world.surveys, 2);
	broker_event(world.broker, &other);
	fake_advance(&world.fake, SECOND / 10);
	assert_int_equal(world.surveys, 3);
}

/* Not for ever. */
static void test_removals_without_end(void **state _unused_)
{
	const struct broker_event removal = { .kind = BROKER_EVENT_REMOVE,
					      .device = "dax0.0" };

	world_add_region(&world, 1);
	world_start(&world);
	for (int i = 0; i < 60; i++) {
		broker_event(world.broker, &removal);
		fake_advance(&world.fake, SECOND / 2);
	}
	assert_int_equal(world.surveys, 4);
}

/* A device came, and nothing was heard of it. */
static void test_lost_events(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	world_done(&world, "dax0.0");
	world_add_region(&world, 1);
	for (int i = 0; i < 60; i++) {
		broker_events_lost(world.broker);
		fake_advance(&world.fake, SECOND / 2);
	}
	world_expect_jobs(&world, "dax1.0");
	world_add_region(&world, 1);
	broker_events_lost(world.broker);
	world_done(&world, "dax1.0");
	world_expect_jobs(&world, "dax2.0");
}

/* The event that says so may be among those that were lost. */
static void test_lost_events_free(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	world_end(&world, "dax0.0", ACT_REFUSED, EUSERS);
	world_expect_jobs(&world, "");
	broker_events_lost(world.broker);
	fake_advance(&world.fake, 60 * SECOND);
	world_expect_jobs(&world, "dax0.0");
}

static void test_old_events_are_no_news(void **state _unused_)
{
	struct broker_event event = { .kind = BROKER_EVENT_ADD,
				      .device = "dax0.0" };

	tree_text(&world.root, "sys/kernel/uevent_seqnum", "700\n");
	world_add_region(&world, 1);
	world_start(&world);
	event.seqnum = 700;
	broker_event(world.broker, &event);
	fake_advance(&world.fake, SECOND);
	assert_int_equal(world.surveys, 1);
	event.seqnum = 701;
	broker_event(world.broker, &event);
	fake_advance(&world.fake, SECOND);
	assert_int_equal(world.surveys, 2);
}

/* A removal that was announced before the last pass may have ended after it. */
static void test_old_removals_are_news(void **state _unused_)
{
	const struct broker_event removal = { .kind = BROKER_EVENT_REMOVE,
					      .seqnum = 700,
					      .device = "dax0.0" };

	tree_text(&world.root, "sys/kernel/uevent_seqnum", "700\n");
	world_add_region(&world, 1);
	world_start(&world);
	broker_event(world.broker, &removal);
	fake_advance(&world.fake, 60 * SECOND);
	assert_int_equal(world.surveys, 2);
}

int broker_events_run(void)
{
	const struct CMUnitTest tests[] = {
		broker_test(test_events_are_gathered),
		broker_test(test_removal_is_waited_for),
		broker_test(test_removal_and_others),
		broker_test(test_removals_without_end),
		broker_test(test_lost_events),
		broker_test(test_lost_events_free),
		broker_test(test_old_events_are_no_news),
		broker_test(test_old_removals_are_news),
	};

	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
