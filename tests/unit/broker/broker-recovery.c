// SPDX-License-Identifier: GPL-2.0-or-later
/* Jobs that were cut off: their worker was killed, or the daemon. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "act/run.h"
#include "broker-case.h"
#include "broker/recovery.h"

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

int broker_recovery_run(void)
{
	const struct CMUnitTest tests[] = {
		broker_test(test_worker_dies),
		broker_test(test_worker_dies_in_a_step),
		broker_test(test_workers_die_in_recovery),
		broker_test(test_cancel_in_a_step),
		broker_test(test_cut_off_is_finished),
		broker_test(test_cut_off_is_undone),
		broker_test(test_cut_off_again_and_again),
		broker_test(test_cut_off_and_gone),
	};

	return cmocka_run_group_tests_name("recovery", tests, NULL, NULL);
}
