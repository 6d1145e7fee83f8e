// SPDX-License-Identifier: GPL-2.0-or-later
/* What ends a job, or a batch, before its time. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "act/run.h"
#include "broker-case.h"

/* What only waits for users makes way for a pass, and its time goes on. */
static void test_preempt(void **state _unused_)
{
	const struct worker *worker;

	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 2);
	world_add_region(&world, 1);
	world_start(&world);
	world_expect_jobs(&world, "dax0.0 dax1.0");
	world_done(&world, "dax1.0");
	fake_progress(&world.fake, "dax0.0", 0, ACT_WAITING);
	assert_true(fake_worker(&world.fake, "dax0.0")->preempted);
	fake_advance(&world.fake, 7 * SECOND);
	assert_int_equal(world.surveys, 1);
	world_end(&world, "dax0.0", ACT_PREEMPTED, 0);
	assert_int_equal(world.surveys, 2);
	/* The very same one again, though another waits as well. */
	world_expect_jobs(&world, "dax0.0");
	worker = fake_worker(&world.fake, "dax0.0");
	assert_int_equal(worker->order.waited, 7000);
	world_expect(&world, "dax1.0", RECORD_SWITCHED);
}

static void test_event_preempts(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	fake_progress(&world.fake, "dax0.0", 0, ACT_WAITING);
	world_event(&world, BROKER_EVENT_OTHER, NULL);
	assert_false(fake_worker(&world.fake, "dax0.0")->preempted);
	world_event(&world, BROKER_EVENT_ADD, "dax1.0");
	assert_true(fake_worker(&world.fake, "dax0.0")->preempted);
}

/* What waits was decided for a machine without the new device. */
static void test_new_device_ends_the_batch(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 2);
	world_start(&world);
	world_add_region(&world, 1);
	world_event(&world, BROKER_EVENT_ADD, "dax1.0");
	world_expect_jobs(&world, "dax0.0");
	assert_int_equal(world.surveys, 1);
	world_done(&world, "dax0.0");
	assert_int_equal(world.surveys, 2);
	world_expect_jobs(&world, "dax0.1 dax1.0");
}

static void test_reload_in_the_middle(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 3);
	world_start(&world);
	world_policy(&world, "a.region", TO_KEEP);
	world_reload(&world);
	world_expect_jobs(&world, "dax0.0");
	assert_false(fake_worker(&world.fake, "dax0.0")->cancelled);
	assert_int_equal(world.surveys, 1);
	world_done(&world, "dax0.0");
	/* By the new policies. */
	world_expect_jobs(&world, "");
	assert_int_equal(world.surveys, 2);
	world_expect(&world, "dax0.1", RECORD_KEPT);
	assert_int_equal(world.settled, 1);
}

/* Users who may never go do not hold it up. */
static void test_reload_preempts(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	fake_progress(&world.fake, "dax0.0", 0, ACT_WAITING);
	world_reload(&world);
	assert_true(fake_worker(&world.fake, "dax0.0")->preempted);
}

static void test_stop(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 2);
	world_add_region(&world, 1);
	world_start(&world);
	assert_true(broker_stop(world.broker));
	assert_true(fake_worker(&world.fake, "dax0.0")->cancelled);
	assert_true(fake_worker(&world.fake, "dax1.0")->cancelled);
	fake_die(&world.fake, "dax0.0");
	assert_int_equal(world.settled, 0);
	fake_die(&world.fake, "dax1.0");
	assert_int_equal(world.settled, 1);
	world_expect_message(&world, "dax0.0", "was stopped");
	/* Nothing more begins. */
	world_event(&world, BROKER_EVENT_ADD, "dax0.1");
	world_reload(&world);
	fake_advance(&world.fake, 3600 * SECOND);
	assert_int_equal(world.surveys, 1);
	assert_false(broker_stop(world.broker));
}

static void test_no_worker(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 2);
	world.fake.start_error = -EAGAIN;
	world_start(&world);
	world_expect(&world, "dax0.0", RECORD_FAILED);
	world_expect(&world, "dax0.1", RECORD_FAILED);
	assert_int_equal(world.settled, 1);
	world.fake.start_error = 0;
	world_reload(&world);
	world_expect_jobs(&world, "dax0.0");
}

static void test_deadline(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	fake_advance(&world.fake, 3600 * SECOND);
	assert_true(fake_worker(&world.fake, "dax0.0")->cancelled);
	fake_die(&world.fake, "dax0.0");
	fake_advance(&world.fake, SECOND);
	world_expect(&world, "dax0.0", RECORD_FAILED);
	world_expect_message(&world, "dax0.0", "took too long");
}

/* The device's own event, as udev makes one that renews its links. */
static void announce(const char *device)
{
	const struct broker_event event = { .kind = BROKER_EVENT_OTHER,
					    .device = device };

	broker_event(world.broker, &event);
	fake_advance(&world.fake, SECOND);
}

static void test_cancel(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 2);
	world_start(&world);
	assert_int_equal(broker_cancel(world.broker, "dax7.0", ""), -ENOENT);
	assert_int_equal(broker_cancel(world.broker, "dax0.1", ""), 0);
	world_expect(&world, "dax0.1", RECORD_FAILED);
	world_expect_message(&world, "dax0.1",
			     "it was cancelled before it began: somebody asked "
			     "for that");
	assert_int_equal(broker_cancel(world.broker, "dax0.0", ""), 0);
	assert_true(fake_worker(&world.fake, "dax0.0")->cancelled);
	fake_die(&world.fake, "dax0.0");
	fake_advance(&world.fake, 3600 * SECOND);
	announce("dax0.0");
	announce("dax0.1");
	world_expect_jobs(&world, "");
	world_expect(&world, "dax0.0", RECORD_FAILED);
	world_expect(&world, "dax0.1", RECORD_FAILED);
	broker_reload(world.broker);
	fake_advance(&world.fake, SECOND);
	world_expect_jobs(&world, "dax0.0");
}

/* Nothing was done, so there is nothing to undo. */
static void test_cancel_wait(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	fake_progress(&world.fake, "dax0.0", 0, ACT_WAITING);
	assert_int_equal(broker_cancel(world.broker, "dax0.0", ""), 0);
	assert_true(fake_worker(&world.fake, "dax0.0")->preempted);
	assert_false(fake_worker(&world.fake, "dax0.0")->cancelled);
	world_end(&world, "dax0.0", ACT_PREEMPTED, ECANCELED);
	fake_advance(&world.fake, 3600 * SECOND);
	world_expect_jobs(&world, "");
	world_expect(&world, "dax0.0", RECORD_FAILED);
	world_expect_message(&world, "dax0.0",
			     "it was cancelled before it began: somebody asked "
			     "for that");
}

static void test_cancel_at_the_end_of_a_wait(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	fake_progress(&world.fake, "dax0.0", 0, ACT_WAITING);
	assert_int_equal(broker_cancel(world.broker, "dax0.0", ""), 0);
	fake_progress(&world.fake, "dax0.0", 1, ACT_TAKING);
	assert_true(fake_worker(&world.fake, "dax0.0")->cancelled);
}

int broker_stop_run(void)
{
	const struct CMUnitTest tests[] = {
		broker_test(test_preempt),
		broker_test(test_event_preempts),
		broker_test(test_new_device_ends_the_batch),
		broker_test(test_reload_in_the_middle),
		broker_test(test_reload_preempts),
		broker_test(test_stop),
		broker_test(test_no_worker),
		broker_test(test_deadline),
		broker_test(test_cancel),
		broker_test(test_cancel_wait),
		broker_test(test_cancel_at_the_end_of_a_wait),
	};

	return cmocka_run_group_tests_name("stop", tests, NULL, NULL);
}
