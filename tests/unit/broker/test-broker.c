// SPDX-License-Identifier: GPL-2.0-or-later
/* A broker over a fake machine, from the first pass to the last. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "act/run.h"
#include "basic/names.h"
#include "broker/recovery.h"
#include "world.h"

#define TO_RAM "[Match]\nProvider=hmem\n[Region]\nMode=system-ram\n"
#define TO_KEEP "[Match]\nProvider=hmem\n[Region]\nMode=keep\n"
#define SECOND UINT64_C(1000000)

static struct world world;

static int set_up(void **state _unused_)
{
	world_make(&world);
	return 0;
}

static int tear_down(void **state _unused_)
{
	world_remove(&world);
	return 0;
}

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

static void test_switch(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	world_expect_jobs(&world, "dax0.0");
	world_expect(&world, "dax0.0", RECORD_PENDING);
	assert_int_equal(world_record(&world, "dax0.0")->job, 1);
	assert_false(broker_is_settled(world.broker));
	assert_int_equal(broker_exit_code(world.broker), EXIT_FAILED);
	/* It is believed once another survey shows it. */
	world_done(&world, "dax0.0");
	assert_int_equal(world.surveys, 2);
	world_expect(&world, "dax0.0", RECORD_SWITCHED);
	assert_int_equal(world_record(&world, "dax0.0")->job, 0);
	assert_int_equal(world.busy, 1);
	assert_int_equal(world.settled, 1);
	assert_int_equal(broker_exit_code(world.broker), EXIT_OK);
}

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

/* Regions side by side, the devices of one in order, and no survey meanwhile.
 */
static void test_twelve_devices_in_three_regions(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	for (int i = 0; i < 3; i++)
		world_add_region(&world, 4);
	world_start(&world);
	for (int i = 0; i < 4; i++) {
		char name[3][16], running[64];

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

static void test_worker_dies(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	fake_die(&world.fake, "dax0.0");
	fake_advance(&world.fake, 3600 * SECOND);
	world_expect(&world, "dax0.0", RECORD_FAILED);
	world_expect_jobs(&world, "");
	world_reload(&world);
	world_expect_jobs(&world, "dax0.0");
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
	world_expect_jobs(&world, "");
	world_expect(&world, "dax0.0", RECORD_FAILED);
	world_expect(&world, "dax0.1", RECORD_FAILED);
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

/* The journal has the first step of dax0.0's job, which runs, as begun. */
static void begin_step(void)
{
	const struct plan *plan =
		fake_worker(&world.fake, "dax0.0")->order.plan;
	struct facts_block before[WORLD_BLOCKS] = { 0 };
	struct journal journal;

	for (size_t i = 0; i < plan->n_blocks; i++)
		before[i].id = plan->blocks[i];
	assert_int_equal(journal_begin(world.root.fd, plan, before, &journal),
			 0);
	assert_int_equal(journal_intent(&journal, 0, false), 0);
}

/* The daemon is killed then, and with it the job. */
static void cut_off(void)
{
	begin_step();
	world_kill(&world);
}

static size_t open_jobs(void)
{
	struct journal_jobs jobs;
	size_t n;

	assert_int_equal(act_run_open_jobs(world.root.fd, &jobs), 0);
	n = jobs.n;
	journal_jobs_clear(&jobs);
	return n;
}

static void test_cut_off_is_finished(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	cut_off();
	world_start(&world);
	assert_null(fake_worker(&world.fake, "dax0.0")->order.undo);
	assert_int_equal(open_jobs(), 1);
	world_done(&world, "dax0.0");
	world_expect(&world, "dax0.0", RECORD_SWITCHED);
	assert_int_equal(open_jobs(), 0);
}

static void test_cut_off_is_undone(void **state _unused_)
{
	const struct journal_job *undo;

	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	cut_off();
	world_policy(&world, "a.region", TO_KEEP);
	world_start(&world);
	undo = fake_worker(&world.fake, "dax0.0")->order.undo;
	assert_non_null(undo);
	assert_int_equal(journal_end(world.root.fd, undo->id, "undone"), 0);
	world_end(&world, "dax0.0", ACT_UNDONE, 0);
	world_expect_jobs(&world, "");
	world_expect(&world, "dax0.0", RECORD_KEPT);
}

static void test_cut_off_again_and_again(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	for (int i = 0; i < RECOVERY_TRIES_MAX; i++) {
		world_expect_jobs(&world, "dax0.0");
		cut_off();
		world_start(&world);
	}
	world_expect_jobs(&world, "");
	world_expect(&world, "dax0.0", RECORD_STUCK);
	assert_int_equal(open_jobs(), 0);
}

static void test_cut_off_and_gone(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	cut_off();
	world.n_devices = 0;
	world_start(&world);
	assert_int_equal(open_jobs(), 0);
}

/* One that died in the middle is gone on with, by what the journal says. */
static void test_worker_dies_in_a_step(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	begin_step();
	fake_die(&world.fake, "dax0.0");
	fake_advance(&world.fake, 0);
	assert_null(fake_worker(&world.fake, "dax0.0")->order.undo);
}

/* Workers that die again and again, before they have written anything: with
 * pauses between them, and an end. */
static void test_workers_die_in_recovery(void **state _unused_)
{
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	cut_off();
	world_policy(&world, "a.region", TO_KEEP);
	world.settled = 0;
	world_start(&world);
	for (int i = 1; i < RECOVERY_TRIES_MAX; i++) {
		assert_non_null(fake_worker(&world.fake, "dax0.0")->order.undo);
		fake_die(&world.fake, "dax0.0");
		fake_advance(&world.fake, i == 1 ? 0 : SECOND);
		world_expect_jobs(&world, i == 1 ? "dax0.0" : "");
		assert_int_equal(world.settled, 0);
		fake_advance(&world.fake, 2 * SECOND);
	}
	assert_non_null(fake_worker(&world.fake, "dax0.0")->order.undo);
	fake_die(&world.fake, "dax0.0");
	fake_advance(&world.fake, 0);
	world_expect_jobs(&world, "");
	world_expect(&world, "dax0.0", RECORD_STUCK);
	assert_int_equal(open_jobs(), 0);
	assert_int_equal(world.settled, 1);
}

/* One that was cancelled in the middle is undone, which finds what was in its
 * way. */
static void test_cancel_in_a_step(void **state _unused_)
{
	const struct act_result undone = {
		.outcome = ACT_UNDONE,
		.failure.blocker = { .kind = "pinned",
				     .pid = 812,
				     .command = "qemu" },
	};
	const struct journal_job *undo;

	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 1);
	world_start(&world);
	begin_step();
	assert_int_equal(broker_cancel(world.broker, "dax0.0", ""), 0);
	fake_die(&world.fake, "dax0.0");
	fake_advance(&world.fake, 0);
	undo = fake_worker(&world.fake, "dax0.0")->order.undo;
	assert_non_null(undo);
	assert_int_equal(journal_end(world.root.fd, undo->id, "undone"), 0);
	fake_end(&world.fake, "dax0.0", &undone);
	fake_advance(&world.fake, 3600 * SECOND);
	world_expect_jobs(&world, "");
	world_expect(&world, "dax0.0", RECORD_FAILED);
	world_expect_message(&world, "dax0.0", "it was cancelled at step 1");
	world_expect_message(&world, "dax0.0",
			     "Found in the way: process 812 (qemu)");
}

static void test_two_watchers(void **state _unused_)
{
	static const struct broker_watcher watcher;

	world_start(&world);
	assert_int_equal(broker_watch(world.broker, &watcher), 0);
	assert_int_equal(broker_watch(world.broker, &watcher), -ENOSPC);
}

#define broker_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		broker_test(test_nothing_to_do),
		broker_test(test_switch),
		broker_test(test_restored),
		broker_test(test_twelve_devices_in_three_regions),
		broker_test(test_events_are_gathered),
		broker_test(test_removal_is_waited_for),
		broker_test(test_removal_and_others),
		broker_test(test_removals_without_end),
		broker_test(test_lost_events),
		broker_test(test_lost_events_free),
		broker_test(test_old_events_are_no_news),
		broker_test(test_old_removals_are_news),
		broker_test(test_contended),
		broker_test(test_retries),
		broker_test(test_refused_until_an_event),
		broker_test(test_users_are_asked_by_the_job),
		broker_test(test_stuck),
		broker_test(test_preempt),
		broker_test(test_event_preempts),
		broker_test(test_new_device_ends_the_batch),
		broker_test(test_reload_in_the_middle),
		broker_test(test_reload_preempts),
		broker_test(test_stop),
		broker_test(test_worker_dies),
		broker_test(test_worker_dies_in_a_step),
		broker_test(test_no_worker),
		broker_test(test_deadline),
		broker_test(test_cancel),
		broker_test(test_progress),
		broker_test(test_present_keep),
		broker_test(test_unplug),
		broker_test(test_policy_error),
		broker_test(test_exit_code),
		broker_test(test_no_survey),
		broker_test(test_survey_fails_for_a_while),
		broker_test(test_workers_die_in_recovery),
		broker_test(test_cancel_in_a_step),
		broker_test(test_cut_off_is_finished),
		broker_test(test_cut_off_is_undone),
		broker_test(test_cut_off_again_and_again),
		broker_test(test_cut_off_and_gone),
		broker_test(test_two_watchers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
