// SPDX-License-Identifier: GPL-2.0-or-later
/* Which objects there are on the bus, and what is signalled of them: what has
 * changed, and nothing else. */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/names.h"
#include "daemon/bus/bus.h"
#include "daemon/bus/export.h"
#include "fake-bus.h"
#include "tests/unit/broker/world.h"

#define ROOT ":0.7"

static sd_event *event;
static struct fake_bus fake;
static struct world world;
static struct bus *bus;

/* The first of two devices has a job that runs, that of another region waits
 * for nobody; dax0.2's waits for the first. */
static int set_up(void **state _unused_)
{
	world_make(&world);
	world_policy(&world, "a.region",
		     "[Match]\nDevice=!dax0.1\n[Region]\nMode=system-ram\n");
	world_add_region(&world, 3);
	world_start(&world);
	world_expect_jobs(&world, "dax0.0");
	assert_true(sd_event_new(&event) >= 0);
	fake_bus_make(&fake, event);
	assert_int_equal(bus_new(event, world.broker, &bus), 0);
	fake_bus_run(&fake);
	assert_non_null(bus_connection(bus));
	return 0;
}

static int tear_down(void **state _unused_)
{
	bus_free(bus);
	fake_bus_remove(&fake);
	sd_event_unref(event);
	world_remove(&world);
	return 0;
}

/* What was signalled since the last time. */
static void expect_signals(const char *wanted)
{
	fake_bus_run(&fake);
	assert_string_equal(fake.signals, wanted);
	fake.signals[0] = '\0';
}

/* Those of a job that goes on. */
static void expect_late_signals(const char *wanted)
{
	usleep(100000);
	expect_signals(wanted);
}

/* The dump of a reply; to be freed. */
static char *text_of(uint64_t cookie)
{
	const struct fake_reply *reply = fake_bus_reply(&fake, cookie);
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	assert_non_null(reply);
	assert_true(sd_bus_message_rewind(reply->message, 1) >= 0);
	assert_true(sd_bus_message_dump(reply->message, f, 0) >= 0);
	fclose(f);
	return text;
}

static char *all_objects(void)
{
	uint64_t cookie = fake_bus_ask(&fake, BUS_PATH,
				       "org.freedesktop.DBus.ObjectManager",
				       "GetManagedObjects");

	fake_bus_run(&fake);
	return text_of(cookie);
}

static void test_objects(void **state _unused_)
{
	static const char *const paths[] = {
		"/device/dax0_2e0", "/device/dax0_2e1", "/device/dax0_2e2",
		"/job/job1",	    "/job/job2",	"/region/",
	};
	_cleanup_free_ char *text = all_objects();

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (!strstr(text, paths[i]))
			fail_msg("no %s in %s", paths[i], text);
	assert_null(strstr(text, "job3"));
	assert_null(strstr(text, "dax0_2e3"));
	assert_non_null(strstr(text, "\"waiting\""));
	assert_non_null(strstr(text, "\"running\""));
}

static void test_progress(void **state _unused_)
{
	fake_progress(&world.fake, "dax0.0", 1, ACT_TAKING);
	expect_signals("");
	fake_progress(&world.fake, "dax0.0", 1, ACT_WAITING);
	/* A device has no progress of its own. */
	expect_late_signals("PropertiesChanged /job/job1,");
	/* The next ones come as well. */
	fake_progress(&world.fake, "dax0.0", 0, ACT_TAKING);
	expect_late_signals("PropertiesChanged /job/job1,");
}

static void test_end(void **state _unused_)
{
	_cleanup_free_ char *text = NULL;

	world_done(&world, "dax0.0");
	/* The other one begins before the pass that follows both. */
	expect_signals("JobEnded /job/job1,InterfacesRemoved /job/job1,");
	expect_late_signals("PropertiesChanged /job/job2,"
			    "PropertiesChanged /device/dax0_2e2,");
	world_done(&world, "dax0.2");
	expect_signals("JobEnded /job/job2,InterfacesRemoved /job/job2,"
		       "PropertiesChanged /device/dax0_2e0,"
		       "PropertiesChanged /device/dax0_2e2,"
		       "PropertiesChanged ,");
	assert_true(broker_is_settled(world.broker));
	text = all_objects();
	assert_null(strstr(text, "/job/"));
	/* Nothing is new. */
	world_event(&world, BROKER_EVENT_OTHER, "dax0.1");
	expect_signals("PropertiesChanged ,PropertiesChanged ,");
}

static void test_device_comes_and_goes(void **state _unused_)
{
	world_done(&world, "dax0.0");
	world_done(&world, "dax0.2");
	fake_bus_run(&fake);
	fake.signals[0] = '\0';
	world_add_region(&world, 1);
	world_event(&world, BROKER_EVENT_ADD, "dax1.0");
	fake_bus_run(&fake);
	assert_non_null(
		strstr(fake.signals, "InterfacesAdded /device/dax1_2e0,"));
	assert_null(strstr(fake.signals, "dax0_2e"));
	fake.signals[0] = '\0';
	world.n_devices--;
	world_end(&world, "dax1.0", ACT_OVERTAKEN, 0);
	fake_bus_run(&fake);
	assert_non_null(
		strstr(fake.signals, "InterfacesRemoved /device/dax1_2e0,"));
}

/* Its answer has the jobs that it led to, of the devices that it names. */
static void test_apply(void **state _unused_)
{
	uint64_t all, one;
	char *text;

	world_end(&world, "dax0.0", ACT_UNDONE, EINVAL);
	world_end(&world, "dax0.2", ACT_UNDONE, EINVAL);
	world_expect_jobs(&world, "");
	one = fake_bus_call(&fake, ROOT, "Apply", "dax0.2");
	fake_bus_run(&fake);
	fake_advance(&world.fake, 0);
	fake_bus_run(&fake);
	text = text_of(one);
	assert_non_null(strstr(text, "/job/job3"));
	free(text);
	world_expect_jobs(&world, "dax0.2");
	assert_int_equal(broker_jobs(world.broker)->jobs[0]->asked_by, 0);
	assert_string_equal(broker_jobs(world.broker)->jobs[0]->trigger,
			    "apply");
	world_end(&world, "dax0.2", ACT_UNDONE, EINVAL);
	all = fake_bus_call(&fake, ROOT, "Apply", NULL);
	fake_bus_run(&fake);
	fake_advance(&world.fake, 0);
	fake_bus_run(&fake);
	text = text_of(all);
	assert_non_null(strstr(text, "/job/job4"));
	assert_non_null(strstr(text, "/job/job5"));
	free(text);
}

/* CPU time for @n devices that come and then stay as they are, us. */
static uint64_t export_many(size_t n)
{
	struct record *records = calloc(n, sizeof(*records));
	struct export export = { .kind = &kind_device };
	struct timespec begin, end;
	char name[32];

	assert_non_null(records);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	for (int pass = 0; pass < 2; pass++) {
		export_begin(&export);
		for (size_t i = 0; i < n; i++) {
			snprintf(name, sizeof(name), "dax%zu.0", i);
			records[i].node = -1;
			export_put(&export, name, &records[i]);
		}
		export_end(&export);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	assert_int_equal(export.n, n);
	export_clear(&export);
	free(records);
	return (uint64_t)(end.tv_sec - begin.tv_sec) * 1000000 +
	       (uint64_t)(end.tv_nsec - begin.tv_nsec) / 1000;
}

static void test_many(void **state _unused_)
{
	const uint64_t few = export_many(2000), many = export_many(10000);

	printf("2000 devices: %" PRIu64 " us, 10000: %" PRIu64 " us\n", few,
	       many);
	assert_true(many < 12 * few);
}

#define objects_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		objects_test(test_objects),
		objects_test(test_progress),
		objects_test(test_end),
		objects_test(test_device_comes_and_goes),
		objects_test(test_apply),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
