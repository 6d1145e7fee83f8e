// SPDX-License-Identifier: GPL-2.0-or-later
/* A device that is tried again, or left alone. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "act/run.h"
#include "basic/names.h"
#include "broker-case.h"

/* Another agent is answered, and what it did is said. */
static void test_restored(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	world_done(&world, "dax0.0");
	fake_advance(&world.fake, 60 * SECOND);
	world_device(&world, "dax0.0")->driver = DRIVER_DEVICE_DAX;
	world_event(&world, BROKER_EVENT_OTHER, "dax0.0");
	world_expect_jobs(&world, "dax0.0");
	assert_string_equal(world_record(&world, "dax0.0")->found,
			    "bound to device_dax");
	world_done(&world, "dax0.0");
	world_expect(&world, "dax0.0", RECORD_RESTORED);
	world_expect_message(&world, "dax0.0",
			     "seen last: bound to device_dax");
	world_reload(&world);
	world_expect(&world, "dax0.0", RECORD_AS_DECIDED);
}

/* Each time that it is switched something else changes it back. */
static void test_contended(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	for (int i = 0; i < RECORD_JOBS_MAX; i++) {
		world_expect_jobs(&world, "dax0.0");
		world_end(&world, "dax0.0", ACT_DONE, 0);
	}
	world_expect_jobs(&world, "");
	world_expect(&world, "dax0.0", RECORD_CONTENDED);
	world_expect_message(&world, "dax0.0", "bound to no driver");
	assert_int_equal(broker_exit_code(world.broker), EXIT_FAILED);
	/* It is left alone, but for a reload. */
	world_event(&world, BROKER_EVENT_OTHER, "dax0.0");
	world_expect_jobs(&world, "");
	world_reload(&world);
	world_expect_jobs(&world, "dax0.0");
}

static void test_retries(void **state _unused_)
{
	uint64_t pause = RECORD_RETRY_USEC;

	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	for (int i = 0; i < RECORD_RETRIES_MAX; i++) {
		world_end(&world, "dax0.0", ACT_UNDONE, EBUSY);
		world_expect(&world, "dax0.0", RECORD_FAILED);
		assert_true(broker_is_settled(world.broker));
		fake_advance(&world.fake, pause - 1);
		world_expect_jobs(&world, "");
		fake_advance(&world.fake, 1);
		world_expect_jobs(&world, "dax0.0");
		pause *= RECORD_RETRY_FACTOR;
	}
	world_end(&world, "dax0.0", ACT_UNDONE, EBUSY);
	fake_advance(&world.fake, 3600 * SECOND);
	world_expect_jobs(&world, "");
	world_expect(&world, "dax0.0", RECORD_FAILED);
}

static void test_refused_until_an_event(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	world_end(&world, "dax0.0", ACT_REFUSED, EUSERS);
	world_expect(&world, "dax0.0", RECORD_REFUSED);
	assert_int_equal(broker_exit_code(world.broker), EXIT_REFUSED);
	world_expect_jobs(&world, "");
	world_event(&world, BROKER_EVENT_OTHER, NULL);
	world_expect_jobs(&world, "dax0.0");
}

/* A pass does not ask who uses a device: the job does. */
static void test_users_are_asked_by_the_job(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_device(&world, "dax0.0")->driver = DRIVER_DEVICE_DAX;
	world_device(&world, "dax0.0")->unasked = true;
	world_start(&world);
	world_expect_jobs(&world, "dax0.0");
	/* However often it is asked, it is no struggle with another agent. */
	for (int i = 0; i <= RECORD_JOBS_MAX; i++) {
		world_end(&world, "dax0.0", ACT_REFUSED, EUSERS);
		world_expect(&world, "dax0.0", RECORD_REFUSED);
		world_event(&world, BROKER_EVENT_OTHER, NULL);
		world_expect_jobs(&world, "dax0.0");
	}
}

static void test_stuck(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	world_end(&world, "dax0.0", ACT_STUCK, EIO);
	world_expect(&world, "dax0.0", RECORD_STUCK);
	assert_int_equal(broker_exit_code(world.broker), EXIT_FAILED);
}

int broker_retry_run(void)
{
	const struct CMUnitTest tests[] = {
		broker_test(test_restored),
		broker_test(test_contended),
		broker_test(test_retries),
		broker_test(test_refused_until_an_event),
		broker_test(test_users_are_asked_by_the_job),
		broker_test(test_stuck),
	};

	return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
