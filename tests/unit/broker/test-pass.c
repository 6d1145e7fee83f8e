// SPDX-License-Identifier: GPL-2.0-or-later
/* Which jobs a pass finds, and what it makes of those that were cut off. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/names.h"
#include "broker/pass.h"
#include "policy/set-load.h"
#include "world.h"

#define TO_RAM "[Match]\nProvider=hmem\n[Region]\nMode=system-ram\n"

static const struct act_result lost = { .outcome = ACT_LOST };
static struct world world;
static struct policy_set *policies;
static struct record_table records;
static struct pass *pass;
static struct journal_jobs open_jobs;

static int set_up(void **state _unused_)
{
	world_make(&world);
	world_policy(&world, "a.region", TO_RAM);
	world_add_region(&world, 2);
	world_add_region(&world, 1);
	return policy_set_load(world.root.fd, getuid(), &policies);
}

static void forget(void)
{
	if (pass)
		pass_free(TAKE_PTR(pass));
}

static int tear_down(void **state _unused_)
{
	forget();
	record_table_clear(&records);
	policy_set_free(policies);
	world_remove(&world);
	return 0;
}

static void begin(bool first)
{
	struct survey *survey = world_survey(&world, policies);

	forget();
	assert_int_equal(pass_new(survey, &open_jobs, &records, first,
				  world.fake.now, &pass),
			 0);
	/* They are the pass's. */
	assert_int_equal(open_jobs.n, 0);
}

/* The devices that jobs are wanted for: "dax0.0 dax0.1". */
static void expect(const char *wanted)
{
	_cleanup_free_ struct batch_job *jobs = pass_jobs(pass);
	char names[256] = "";

	for (size_t i = 0; i < pass->n_wanted; i++) {
		if (i)
			strcat(names, " ");
		strcat(names, jobs[i].device);
		assert_string_equal(jobs[i].record->device, jobs[i].device);
	}
	assert_string_equal(names, wanted);
}

/* A job of dax0.1 was cut off, or runs although its daemon is gone. */
static void cut_off(bool alive)
{
	const struct plan_item *item = &pass->survey->items[1];
	struct facts_block before[WORLD_BLOCKS] = { 0 };
	struct journal journal;

	for (size_t i = 0; i < WORLD_BLOCKS; i++)
		before[i].id = item->plan->blocks[i];
	assert_int_equal(
		journal_begin(world.root.fd, item->plan, before, &journal), 0);
	assert_int_equal(journal_intent(&journal, 0, false), 0);
	assert_int_equal(journal_read(world.root.fd, &open_jobs), 0);
	assert_int_equal(open_jobs.n, 1);
	open_jobs.jobs[0].alive = alive;
	open_jobs.jobs[0].begun = true;
}

static void test_nothing(void **state _unused_)
{
	for (size_t i = 0; i < world.n_devices; i++)
		world.devices[i].driver = DRIVER_KMEM;
	begin(true);
	expect("");
	assert_true(pass->items[0].news);
	begin(false);
	assert_false(pass->items[0].news);
	assert_int_equal(records.n, 3);
}

static void test_jobs_in_order(void **state _unused_)
{
	begin(true);
	expect("dax0.0 dax0.1 dax1.0");
	world_device(&world, "dax0.0")->driver = DRIVER_KMEM;
	begin(false);
	expect("dax0.1 dax1.0");
}

/* The record says no: it has failed, or waits for its retry. */
static void test_records_decide(void **state _unused_)
{
	begin(true);
	record_job_begun(records.records[1], world.fake.now);
	record_job_ended(records.records[1], &lost, world.fake.now);
	begin(false);
	expect("dax0.0 dax1.0");
	assert_false(pass->items[1].news);
	record_table_reset(&records);
	begin(false);
	expect("dax0.0 dax0.1 dax1.0");
}

static void test_as_found(void **state _unused_)
{
	policy_set_free(policies);
	world_policy(&world, "a.region",
		     "[Match]\nProvider=hmem\n[Region]\nMode=keep\n");
	assert_int_equal(policy_set_load(world.root.fd, getuid(), &policies),
			 0);
	begin(true);
	assert_true(records.records[0]->as_found);
	record_table_reset(&records);
	begin(false);
	assert_false(records.records[0]->as_found);
}

static void test_waited(void **state _unused_)
{
	_cleanup_free_ struct batch_job *jobs = NULL;

	begin(true);
	records.records[1]->waiting_since = 77;
	jobs = pass_jobs(pass);
	assert_int_equal(jobs[0].waiting_since, 0);
	assert_int_equal(jobs[1].waiting_since, 77);
}

static void test_cut_off_is_finished(void **state _unused_)
{
	_cleanup_free_ struct batch_job *jobs = NULL;

	begin(true);
	cut_off(false);
	begin(true);
	expect("dax0.0 dax0.1 dax1.0");
	assert_int_equal(pass->items[1].recovery, RECOVERY_FINISH);
	assert_int_equal(pass->items[0].recovery, RECOVERY_NONE);
	jobs = pass_jobs(pass);
	assert_null(jobs[1].undo);
	assert_ptr_equal(jobs[1].plan, pass->survey->items[1].plan);
}

static void test_cut_off_is_undone(void **state _unused_)
{
	_cleanup_free_ struct batch_job *jobs = NULL;

	begin(true);
	record_job_ended(records.records[1], &lost, world.fake.now);
	cut_off(false);
	begin(false);
	expect("dax0.0 dax0.1 dax1.0");
	assert_int_equal(pass->items[1].recovery, RECOVERY_UNDO);
	jobs = pass_jobs(pass);
	assert_ptr_equal(jobs[1].undo, &pass->open_jobs.jobs[0]);
	assert_ptr_equal(jobs[1].plan, jobs[1].undo->plan);
}

static void test_cut_off_is_done(void **state _unused_)
{
	begin(true);
	cut_off(false);
	world_device(&world, "dax0.1")->driver = DRIVER_KMEM;
	begin(true);
	expect("dax0.0 dax1.0");
	assert_int_equal(pass->items[1].recovery, RECOVERY_DONE);
}

static void test_given_up(void **state _unused_)
{
	begin(true);
	cut_off(false);
	open_jobs.jobs[0].attempts = RECOVERY_TRIES_MAX - 1;
	begin(false);
	expect("dax0.0 dax1.0");
	assert_int_equal(pass->items[1].recovery, RECOVERY_GIVE_UP);
	assert_int_equal(records.records[1]->outcome, RECORD_STUCK);
	assert_true(pass->items[1].news);
}

/* A plan that was made while another job was at work in the region is not to be
 * carried out. */
static void test_at_work(void **state _unused_)
{
	_cleanup_free_ struct batch_job *jobs = NULL;

	begin(true);
	cut_off(true);
	begin(true);
	assert_int_equal(pass->items[1].recovery, RECOVERY_NONE);
	jobs = pass_jobs(pass);
	assert_true(jobs[0].wait);
	assert_true(jobs[1].wait);
	assert_false(jobs[2].wait);
}

static void test_contended_says_what_it_is(void **state _unused_)
{
	const struct act_result done = { .outcome = ACT_DONE };

	begin(true);
	for (int i = 0; i < RECORD_JOBS_MAX; i++) {
		record_job_begun(records.records[0], world.fake.now);
		record_job_ended(records.records[0], &done, world.fake.now);
	}
	begin(false);
	expect("dax0.1 dax1.0");
	assert_int_equal(records.records[0]->outcome, RECORD_CONTENDED);
	assert_string_equal(records.records[0]->found, "bound to no driver");
}

static void test_disturbed_says_what_it_is(void **state _unused_)
{
	world_device(&world, "dax0.0")->driver = DRIVER_KMEM;
	begin(true);
	assert_false(pass->items[0].disturbed);
	assert_int_equal(records.records[0]->mode, DEVICE_MODE_SYSTEM_RAM);
	world_device(&world, "dax0.0")->driver = DRIVER_DEVICE_DAX;
	begin(false);
	assert_true(pass->items[0].disturbed);
	assert_string_equal(records.records[0]->found, "bound to device_dax");
	assert_int_equal(records.records[0]->mode, DEVICE_MODE_DEVDAX);
	/* Once. */
	begin(false);
	assert_false(pass->items[0].disturbed);
}

#define pass_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		pass_test(test_nothing),
		pass_test(test_jobs_in_order),
		pass_test(test_records_decide),
		pass_test(test_as_found),
		pass_test(test_waited),
		pass_test(test_cut_off_is_finished),
		pass_test(test_cut_off_is_undone),
		pass_test(test_cut_off_is_done),
		pass_test(test_given_up),
		pass_test(test_at_work),
		pass_test(test_contended_says_what_it_is),
		pass_test(test_disturbed_says_what_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
