// SPDX-License-Identifier: GPL-2.0-or-later
/* A broker over a fake machine, from the first pass to the last. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/run.h"
#include "basic/names.h"
#include "broker-case.h"

static void test_nothing_to_do(void **state _unused_)
{
	world_add_region(&world, 1);
	world_start(&world);
	world_expect_jobs(&world, "");
	world_expect(&world, "dax0.0", RECORD_KEPT);
	assert_int_equal(world.surveys, 1);
	assert_int_equal(world.busy, 1);
	assert_int_equal(world.settled, 1);
	assert_true(broker_is_settled(world.broker));
	assert_int_equal(broker_n_regions(world.broker), 1);
	assert_int_equal(broker_exit_code(world.broker), EXIT_OK);
	/* And nothing happens by itself. */
	fake_advance(&world.fake, 3600 * SECOND);
	assert_int_equal(world.surveys, 1);
}

/* For udev: before anything is switched, and not what a file says that nobody
 * has had the broker read. */
static void test_published(void **state _unused_)
{
	char text[256] = "";
	FILE *f;

	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	world_expect_jobs(&world, "dax0.0");
	world_policy(&world, "a.region", TO_KEEP);
	world_event(&world, BROKER_EVENT_OTHER, "dax0.0");
	f = fdopen(openat(world.root.fd, "run/daxbroker/" RUN_DIR_DECIDED,
			  O_RDONLY | O_CLOEXEC),
		   "r");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
	fclose(f);
	assert_non_null(strstr(text, "\nDAXBROKER_MODE=system-ram\n"));
	assert_non_null(strstr(text, world_device(&world, "dax0.0")->identity));
	assert_non_null(strstr(world_record(&world, "dax0.0")->udev,
			       "DAXBROKER_BY_RANGE=range-0x"));
}

/* Whether udev is to be asked anew is said once for each text. */
static void test_udev_changed(void **state _unused_)
{
	struct record *record;

	world_policy(&world, "a.region", TO_KEEP);
	world_add_region(&world, 1);
	world_start(&world);
	record = broker_records(world.broker)->records[0];
	assert_true(record->udev_changed);
	record->udev_changed = false;
	world_reload(&world);
	assert_false(record->udev_changed);
	world_policy(&world, "a.region", TO_RAM);
	world_reload(&world);
	assert_true(record->udev_changed);
}

static const struct policy_override to_devdax = {
	.mode = POLICY_MODE_DEVDAX,
	.scope = POLICY_OVERRIDE_PERSISTENT,
	.uid = 1000,
};

static void expect_override(int r, const struct policy_override *wish,
			    uint64_t usec)
{
	assert_int_equal(broker_override(world.broker, "dax0.0", wish, usec),
			 r);
	fake_advance(&world.fake, 0);
}

/* A person's word wins, and lasts longer than the daemon. */
static void test_override(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	assert_int_equal(
		mkdirat(world.root.fd, "etc", 0755) < 0 && errno != EEXIST, 0);
	world_add_region(&world, 2);
	world_device(&world, "dax0.0")->driver = DRIVER_KMEM;
	world_device(&world, "dax0.1")->driver = DRIVER_KMEM;
	world_start(&world);
	world_expect_jobs(&world, "");
	assert_int_equal(broker_override(world.broker, "dax9.0", &to_devdax, 0),
			 -ENOENT);
	expect_override(0, &to_devdax, 0);
	world_expect_jobs(&world, "dax0.0");
	world_done(&world, "dax0.0");
	world_expect(&world, "dax0.0", RECORD_SWITCHED);
	world_expect_message(&world, "dax0.0", "user 1000 wants it so");
	assert_true(world_record(&world, "dax0.0")->overridden);
	assert_false(world_record(&world, "dax0.1")->overridden);
	world_reload(&world);
	world_expect_jobs(&world, "");
	world_kill(&world);
	world_start(&world);
	world_expect_jobs(&world, "");
	assert_int_equal(broker_release(world.broker, "dax0.1", 0), -ENOENT);
	assert_int_equal(broker_release(world.broker, "dax0.0", 0), 0);
	fake_advance(&world.fake, 0);
	world_expect_jobs(&world, "dax0.0");
	assert_int_not_equal(
		faccessat(world.root.fd, "etc/daxbroker/overrides", F_OK, 0),
		0);
}

/* It ends when its time is over, also with another daemon. */
static void test_override_ends(void **state _unused_)
{
	struct policy_override wish = to_devdax;

	wish.scope = POLICY_OVERRIDE_BOOT;
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_device(&world, "dax0.0")->driver = DRIVER_KMEM;
	world_start(&world);
	expect_override(0, &wish, 3600 * SECOND);
	world_done(&world, "dax0.0");
	fake_advance(&world.fake, 1800 * SECOND);
	world_kill(&world);
	world_start(&world);
	world_expect_jobs(&world, "");
	assert_true(world_record(&world, "dax0.0")->overridden);
	fake_advance(&world.fake, 1801 * SECOND);
	world_expect_jobs(&world, "dax0.0");
	assert_int_equal(broker_overrides(world.broker)->n, 0);
}

/* Nobody can fill the disk with them. */
static void test_override_limit(void **state _unused_)
{
	struct policy_overrides overrides = { 0 };
	char identity[32];
	struct policy_override wish = to_devdax;

	wish.identity = identity;
	for (int i = 0; i < POLICY_OVERRIDES_OF_USER; i++) {
		snprintf(identity, sizeof(identity), "hmem:%d", i);
		assert_int_equal(policy_overrides_put(&overrides, &wish), 0);
	}
	/* Another word on the same device is none more. */
	wish.mode = POLICY_MODE_KEEP;
	assert_int_equal(policy_overrides_put(&overrides, &wish), 0);
	assert_int_equal(overrides.n, POLICY_OVERRIDES_OF_USER);
	assert_int_equal(policy_overrides_find(&overrides, identity)->mode,
			 POLICY_MODE_KEEP);
	snprintf(identity, sizeof(identity), "hmem:x");
	assert_int_equal(policy_overrides_put(&overrides, &wish), -EDQUOT);
	wish.uid = 0;
	assert_int_equal(policy_overrides_put(&overrides, &wish), 0);
	/* What no file could have. */
	snprintf(identity, sizeof(identity), "hmem:\n[Override]");
	assert_int_equal(policy_overrides_put(&overrides, &wish), -EINVAL);
	policy_overrides_clear(&overrides);
}

static void test_switch(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	world_expect_jobs(&world, "dax0.0");
	world_expect(&world, "dax0.0", RECORD_PENDING);
	assert_int_equal(world_record(&world, "dax0.0")->job, 1);
	assert_false(broker_is_settled(world.broker));
	assert_int_equal(broker_exit_code(world.broker), EXIT_PENDING);
	/* It is believed once another survey shows it. */
	world_done(&world, "dax0.0");
	assert_int_equal(world.surveys, 2);
	world_expect(&world, "dax0.0", RECORD_SWITCHED);
	assert_int_equal(world_record(&world, "dax0.0")->job, 0);
	assert_int_equal(world.busy, 1);
	assert_int_equal(world.settled, 1);
	assert_int_equal(broker_exit_code(world.broker), EXIT_OK);
}

/* Regions side by side, the devices of one in order, and no survey meanwhile.
 */
static void test_twelve_devices_in_three_regions(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	for (int i = 0; i < 3; i++)
		world_add_region(&world, 4);
	world_start(&world);
	for (int i = 0; i < 4; i++) {
		char name[3][32], running[128];

		for (int region = 0; region < 3; region++)
			snprintf(name[region], sizeof(name[region]), "dax%d.%d",
				 region, i);
		snprintf(running, sizeof(running), "%s %s %s", name[0], name[1],
			 name[2]);
		world_expect_jobs(&world, running);
		assert_int_equal(world.surveys, 1);
		for (int region = 0; region < 3; region++)
			world_done(&world, name[region]);
	}
	assert_int_equal(world.surveys, 2);
	assert_int_equal(broker_records(world.broker)->n, 12);
	for (size_t i = 0; i < 12; i++)
		world_expect(&world, world.devices[i].name, RECORD_SWITCHED);
	assert_int_equal(world.settled, 1);
}

static void test_progress(void **state _unused_)
{
	struct broker_event event = { .kind = BROKER_EVENT_ONLINE,
				      .block = true };
	const struct plan *plan;
	size_t bind = 0;

	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	plan = fake_worker(&world.fake, "dax0.0")->order.plan;
	while (plan->steps[bind].kind != PLAN_BIND)
		bind++;
	fake_progress(&world.fake, "dax0.0", bind, ACT_TAKING);
	event.block_id = world_device(&world, "dax0.0")->first_block;
	broker_event(world.broker, &event);
	assert_non_null(strstr(world.progress, "1 of 2 blocks"));
	assert_string_equal(world_record(&world, "dax0.0")->progress,
			    world.progress);
	world_done(&world, "dax0.0");
	assert_null(world_record(&world, "dax0.0")->progress);
}

/* Present=keep is for what was there when the daemon started. */
static void test_present_keep(void **state _unused_)
{
	world_add_region(&world, 1);
	world_device(&world, "dax0.0")->driver = DRIVER_KMEM;
	world_policy(&world, "a.region",
		     "[Match]\nProvider=hmem\n[Region]\nMode=devdax\n"
		     "Present=keep\n");
	world_start(&world);
	world_expect_jobs(&world, "");
	world_expect(&world, "dax0.0", RECORD_KEPT);
	/* Also in later passes, but not for what comes later. */
	world_add_region(&world, 1);
	world_device(&world, "dax1.0")->driver = DRIVER_KMEM;
	world_event(&world, BROKER_EVENT_ADD, "dax1.0");
	world_expect_jobs(&world, "dax1.0");
	world_done(&world, "dax1.0");
	world_expect(&world, "dax0.0", RECORD_KEPT);
	/* A reload is for all. */
	world_reload(&world);
	world_expect_jobs(&world, "dax0.0");
}

static void test_unplug(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_device(&world, "dax0.0")->driver = DRIVER_KMEM;
	world_start(&world);
	world_expect_jobs(&world, "");
	broker_unplug(world.broker);
	world_reload(&world);
	world_expect_jobs(&world, "dax0.0");
}

static void test_policy_error(void **state _unused_)
{
	size_t n;

	world_policy(&world, "a.region", "[Match]\nProvder=hmem\n");
	world_add_region(&world, 1);
	world_start(&world);
	world_expect(&world, "dax0.0", RECORD_POLICY_ERROR);
	assert_int_equal(broker_exit_code(world.broker), EXIT_POLICY);
	assert_non_null(broker_diagnostics(world.broker, &n));
	assert_true(n > 0);
}

/* Of all devices, whatever comes last; and of policies for none of them. */
static void test_exit_code(void **state _unused_)
{
	world_policy(&world, "a.region",
		     "[Match]\nDevice=dax0.0\n[Region]\nMode=system-ram\n");
	world_add_region(&world, 2);
	world_start(&world);
	world_end(&world, "dax0.0", ACT_STUCK, EIO);
	world_expect(&world, "dax0.1", RECORD_KEPT);
	assert_int_equal(broker_exit_code(world.broker), EXIT_FAILED);
	world_policy(&world, "a.region",
		     "[Match]\nDevice=dax7.0\n[Region]\nMode=nonsense\n");
	world_reload(&world);
	world_expect(&world, "dax0.0", RECORD_KEPT);
	assert_int_equal(broker_exit_code(world.broker), EXIT_POLICY);
}

static void test_no_survey(void **state _unused_)
{
	world_add_region(&world, 1);
	world.survey_error = -EMFILE;
	world_start(&world);
	assert_int_equal(broker_error(world.broker), -EMFILE);
	assert_int_equal(broker_exit_code(world.broker), EXIT_ERROR);
	assert_int_equal(world.settled, 1);
	world.survey_error = 0;
	broker_request_pass(world.broker);
	fake_advance(&world.fake, 0);
	assert_int_equal(broker_error(world.broker), 0);
	world_expect(&world, "dax0.0", RECORD_KEPT);
}

/* What it would have seen is not lost. */
static void test_survey_fails_for_a_while(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_start(&world);
	world_add_region(&world, 1);
	world.survey_error = -ENOMEM;
	world_event(&world, BROKER_EVENT_ADD, "dax0.0");
	fake_advance(&world.fake, 60 * SECOND);
	assert_true(broker_is_settled(world.broker));
	world.survey_error = 0;
	fake_advance(&world.fake, 60 * SECOND);
	world_expect_jobs(&world, "dax0.0");
	world_done(&world, "dax0.0");
	world.surveys = 0;
	fake_advance(&world.fake, 3600 * SECOND);
	assert_int_equal(world.surveys, 0);
}

static void test_two_watchers(void **state _unused_)
{
	static const struct broker_watcher watcher;

	world_start(&world);
	assert_int_equal(broker_watch(world.broker, &watcher), 0);
	assert_int_equal(broker_watch(world.broker, &watcher), -ENOSPC);
}

/* A device went away while its memory was online, then that is gone, too. */
static void test_stray(void **state _unused_)
{
	static const char name[] = "0x100000000-0x10fffffff";

	world_policy(&world, "a.region", TO_KEEP);
	world_add_region(&world, 1);
	world_start(&world);
	assert_int_equal(broker_exit_code(world.broker), EXIT_OK);
	world.stray = true;
	world_event(&world, BROKER_EVENT_REMOVE, "dax1.0");
	world_expect(&world, name, RECORD_STRANDED);
	world_expect_message(&world, name, "online on node 1");
	assert_int_equal(broker_exit_code(world.broker), EXIT_FAILED);
	world.stray = false;
	world_reload(&world);
	assert_int_equal(broker_exit_code(world.broker), EXIT_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		broker_test(test_nothing_to_do),
		broker_test(test_published),
		broker_test(test_udev_changed),
		broker_test(test_override),
		broker_test(test_override_ends),
		broker_test(test_override_limit),
		broker_test(test_switch),
		broker_test(test_twelve_devices_in_three_regions),
		broker_test(test_progress),
		broker_test(test_present_keep),
		broker_test(test_unplug),
		broker_test(test_policy_error),
		broker_test(test_exit_code),
		broker_test(test_no_survey),
		broker_test(test_survey_fails_for_a_while),
		broker_test(test_two_watchers),
		broker_test(test_stray),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) + broker_events_run() +
	       broker_names_run() + broker_retry_run() + broker_stop_run() +
	       broker_recovery_run() + broker_lease_run() +
	       broker_lease_end_run() + broker_lease_path_run();
}
