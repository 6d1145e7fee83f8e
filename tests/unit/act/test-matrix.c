// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every shape of plan, cut off before and after every write of it, then
 * finished or undone from the journal; and every write failing once with every
 * errno. With the in-tree kmem and with daxbroker's. Over a fake kernel: real
 * ones are for the guests.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/lock.h"
#include "act/run.h"
#include "fake-kernel.h"
#include "matrix-shapes.h"
#include "survey/survey.h"

#define POLICY "etc/daxbroker/50.region"

/* The kernel has daxbroker's kmem, not the in-tree one. */
static bool daxbroker;

static const int errors[] = { EBUSY, EIO, ENOMEM, EINTR, ENODEV };

static void decide(const char *settings)
{
	char text[512];

	snprintf(text, sizeof(text), "[Match]\nDevice=*\n[Region]\n%s",
		 settings);
	tree_write(&fake.tree, POLICY, text);
}

static void open_shape(const struct shape *shape, char ret_before[256])
{
	fake_open(shape->driver, shape->blocks);
	if (shape->layout)
		fake_layout(shape->layout);
	if (shape->pmem)
		fake_become_pmem();
	if (shape->memmap)
		fake_offer_memmap(shape->memmap == MEMMAP_ON);
	if (daxbroker)
		fake_offer_kmem(shape->left);
	decide(shape->settings);
	if (shape->grants)
		fake_grant(shape->grants, shape->clear ?: "no");
	if (shape->clear)
		fake_fill_memory(2 << 20, daxbroker);
	strcpy(ret_before, shape_state(shape));
}

static struct survey *take_survey(void)
{
	struct survey *survey = NULL;

	assert_int_equal(
		survey_take(fake.tree.fd, getuid(), NULL, NULL, &survey), 0);
	return survey;
}

/* The region's first device has all plans here; what becomes of slices once it
 * is laid out is as it is for any device. */
static bool wants_job(const struct shape *shape, const struct survey *survey)
{
	const struct plan *plan = survey->items[0].plan;

	return plan->outcome == PLAN_SWITCH &&
	       (!shape->layout || shape->clear ||
		plan->mode == POLICY_MODE_KEEP);
}

/* Carries the plan of a fresh survey out. */
static struct act_result carry_out(void)
{
	_cleanup_survey_ struct survey *survey = take_survey();
	const struct plan *plan = survey->items[0].plan;
	struct act_result result;

	if (plan->outcome != PLAN_SWITCH)
		fail_msg("nothing to do: %s", plan->reason);
	assert_int_equal(act_run(fake.tree.fd, plan, 0, NULL, NULL, &result),
			 0);
	if (result.outcome != ACT_DONE && !fake.strike_at)
		fail_msg("%s", act_result_describe(&result));
	return result;
}

static void assert_state(const struct shape *shape, unsigned int at,
			 const char *what, const char *wanted)
{
	const char *now = shape_state(shape);

	if (strcmp(now, wanted) != 0)
		fail_msg("%s %s%s to %s, %s kmem, %s at write %u: '%s' instead "
			 "of '%s'",
			 shape->driver ?: "none", shape->blocks,
			 shape->layout ?: "", shape->settings,
			 daxbroker ? "daxbroker" : "in-tree", what, at, now,
			 wanted);
}

static void assert_undone(const struct shape *shape, unsigned int at,
			  const char *what, const char *before)
{
	if (!shape->undone || strcmp(shape_state(shape), shape->undone) != 0)
		assert_state(shape, at, what, before);
}

static unsigned int count_writes(const struct shape *shape)
{
	unsigned int writes;
	char before[256];

	open_shape(shape, before);
	assert_int_equal(carry_out().outcome, ACT_DONE);
	assert_state(shape, 0, "not cut off", shape->wanted);
	writes = fake.writes;
	fake_close();
	return writes;
}

/* Another process does it and is killed at its @at'th write. */
static void cut_off(unsigned int at, bool after)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		fake.writes = 0;
		fake.strike_at = at;
		fake.after = after;
		fake.error = 0;
		carry_out();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void finish(const struct shape *shape)
{
	_cleanup_survey_ struct survey *survey = take_survey();

	fake.strike_at = 0;
	if (wants_job(shape, survey))
		assert_int_equal(carry_out().outcome, ACT_DONE);
}

/* Undoes what the journal has as cut off. */
static void undo_all(void)
{
	struct journal_jobs list;

	assert_int_equal(act_run_open_jobs(fake.tree.fd, &list), 0);
	assert_true(list.n > 0);
	for (size_t i = list.n; i-- > 0;) {
		struct act_result result;

		assert_int_equal(act_run_undo(fake.tree.fd, &list.jobs[i], NULL,
					      NULL, &result),
				 0);
		if (result.outcome != ACT_UNDONE)
			fail_msg("not undone: %s",
				 act_result_describe(&result));
	}
	journal_jobs_clear(&list);
	assert_int_equal(act_run_open_jobs(fake.tree.fd, &list), 0);
	assert_int_equal(list.n, 0);
	journal_jobs_clear(&list);
}

static void crash_cell(const struct shape *shape, unsigned int at, bool after,
		       bool undo)
{
	char before[256];

	open_shape(shape, before);
	cut_off(at, after);
	assert_true(act_run_recover(fake.tree.fd) >= 0);
	undo |= shape->pmem;
	if (undo)
		undo_all();
	else
		finish(shape);
	if (undo)
		assert_undone(shape, at,
			      after ? "undone, cut off after"
				    : "undone, cut off before",
			      before);
	else
		assert_state(shape, at,
			     after ? "cut off after" : "cut off before",
			     shape->wanted);
	fake_close();
}

/* Tries the cells of @shape; returns how many. */
typedef unsigned int (*matrix_fn)(const struct shape *shape);

/* With MATRIX_THIN=N in the environment one cell of N is tried: under a
 * sanitizer, where a cell takes long, and its neighbours run the same code. */
static unsigned int step(void)
{
	const char *thin = getenv("MATRIX_THIN");

	return thin && atoi(thin) > 0 ? (unsigned int)atoi(thin) : 1;
}

static void try_all(matrix_fn matrix, const char *what)
{
	for (int kmem = 0; kmem < 2; kmem++) {
		unsigned int cells = 0;

		daxbroker = kmem;
		for (size_t i = 0; i < n_shapes; i++)
			if (daxbroker || !shapes[i].daxbroker)
				cells += matrix(&shapes[i]);
		print_message("figure: %u cells %s, %s kmem\n", cells, what,
			      daxbroker ? "daxbroker" : "in-tree");
	}
	daxbroker = false;
}

static unsigned int crash_matrix(const struct shape *shape)
{
	unsigned int writes = count_writes(shape), cells = 0;

	for (unsigned int at = 1; at <= writes; at++)
		for (int how = at % step(); how < 4; how += step(), cells++)
			crash_cell(shape, at, how & 1, how & 2);
	return cells;
}

static void test_crashes(void **state _unused_)
{
	try_all(crash_matrix, "of the crash matrix");
}

/* Cut off at its @cut'th write; undoing is at its @at'th, too, and then done in
 * one go. False: it has no such write. */
static bool crash_in_undo(const struct shape *shape, unsigned int cut,
			  unsigned int at)
{
	struct journal_jobs list;
	char before[256];
	int status;

	open_shape(shape, before);
	cut_off(cut, false);
	if (fork() == 0) {
		fake.writes = 0;
		fake.strike_at = at;
		undo_all();
		_exit(0);
	}
	wait(&status);
	if (WIFSIGNALED(status)) {
		act_run_recover(fake.tree.fd);
		assert_int_equal(act_run_open_jobs(fake.tree.fd, &list), 0);
		assert_int_equal(list.n, 1);
		assert_int_equal(list.jobs[0].attempts, 1);
		journal_jobs_clear(&list);
		undo_all();
	}
	assert_undone(shape, at, "undoing cut off", before);
	fake_close();
	return WIFSIGNALED(status);
}

static unsigned int crash_in_undo_matrix(const struct shape *shape)
{
	unsigned int writes = count_writes(shape), cells = 0;

	for (unsigned int cut = 1; cut <= writes; cut += step())
		for (unsigned int at = 1; crash_in_undo(shape, cut, at); at++)
			cells++;
	return cells;
}

static void test_crash_in_undo(void **state _unused_)
{
	try_all(crash_in_undo_matrix, "with a crash in undoing");
}

static void failure_cell(const struct shape *shape, unsigned int at, int error)
{
	struct act_result result;
	char before[256];

	open_shape(shape, before);
	fake.strike_at = at;
	fake.error = error;
	result = carry_out();
	/* Somebody has opened it meanwhile. */
	if (shape->clear && result.outcome == ACT_REFUSED) {
		assert_int_equal(error, EBUSY);
		assert_state(shape, at, "refused", before);
	} else if (result.outcome == ACT_DONE) {
		assert_state(shape, at, strerror(error), shape->wanted);
	} else {
		if (result.outcome != ACT_UNDONE)
			fail_msg("write %u, %s: %s: %s", at, strerror(error),
				 act_result_outcome_name(result.outcome),
				 act_result_describe(&result));
		/* What failed is known by more than its error. */
		assert_true(result.failure.cause > ACT_CAUSE_OTHER);
		assert_int_equal(result.failure.error, error);
		assert_true(strcmp(shape_state(shape), before) == 0 ||
			    result.blocks_added);
		assert_undone(shape, at, strerror(error), before);
	}
	fake_close();
}

/* `drain` says so when it has gone with its driver, which is no failure. */
static bool can_fail(const struct shape *shape, int error)
{
	return !shape->clear || error != ENODEV;
}

static unsigned int failure_matrix(const struct shape *shape)
{
	unsigned int writes = count_writes(shape), cells = 0;

	for (unsigned int at = 1; at <= writes; at++) {
		for (size_t e = at % step(); e < ARRAY_SIZE(errors);
		     e += step()) {
			if (!can_fail(shape, errors[e]))
				continue;
			failure_cell(shape, at, errors[e]);
			cells++;
		}
	}
	return cells;
}

static void test_failures(void **state _unused_)
{
	try_all(failure_matrix, "of the failure matrix");
}

/* A block that is still there has not gone offline, whatever the kernel says of
 * the device: the first write of the way to devdax. */
static void test_no_such_device(void **state _unused_)
{
	static const struct shape shape = { "kmem", "mmm", "Mode=devdax\n" };
	struct act_result result;
	char before[256];

	open_shape(&shape, before);
	fake.strike_at = 1;
	fake.error = ENODEV;
	result = carry_out();
	assert_int_equal(result.outcome, ACT_UNDONE);
	assert_int_equal(result.failure.cause, ACT_CAUSE_OFFLINE);
	assert_int_equal(result.failure.error, ENODEV);
	assert_true(result.failure.has_block);
	assert_state(&shape, 1, "no such device", before);
	fake_close();
}

/* The plan is of a survey that was taken while a killed worker was still in the
 * kernel: it is not carried out, once that is gone. */
static void test_waited(void **state _unused_)
{
	_cleanup_survey_ struct survey *survey = NULL;
	struct act_result result;
	char before[256];
	int ready[2];
	pid_t pid;

	open_shape(&shapes[0], before);
	survey = take_survey();
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (act_lock(fake.tree.fd, survey->items[0].plan->region,
			     true) < 0 ||
		    write(ready[1], "", 1) != 1)
			_exit(1);
		usleep(100000);
		_exit(0);
	}
	assert_int_equal(read(ready[0], before, 1), 1);
	assert_int_equal(act_run(fake.tree.fd, survey->items[0].plan, 0, NULL,
				 NULL, &result),
			 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(result.outcome, ACT_OVERTAKEN);
	assert_string_equal(fake_state(), "device_dax ");
	close(ready[0]);
	close(ready[1]);
	fake_close();
}

/* The device goes between the survey and the job: that is no failure. */
static void test_gone(void **state _unused_)
{
	_cleanup_survey_ struct survey *survey = NULL;
	struct act_result result;
	char before[256];

	open_shape(&shapes[0], before);
	survey = take_survey();
	assert_int_equal(
		unlinkat(fake.tree.fd, "sys/bus/dax/devices/dax0.0", 0), 0);
	assert_int_equal(act_run(fake.tree.fd, survey->items[0].plan, 0, NULL,
				 NULL, &result),
			 0);
	assert_int_equal(result.outcome, ACT_OVERTAKEN);
	assert_int_equal(result.failure.cause, ACT_CAUSE_GONE);
	fake_close();
}

/* Somebody else changes each memory block back at once. That is no failure of
 * the job's, which is counted otherwise: broker/record.c. */
static void other_agent_cell(const char *blocks, const char *settings,
			     enum act_cause wanted, const char *after)
{
	_cleanup_survey_ struct survey *survey = NULL;
	struct act_result result;

	fake_open("kmem", blocks);
	decide(settings);
	survey = take_survey();
	fake.other_agent = true;
	assert_int_equal(act_run(fake.tree.fd, survey->items[0].plan, 0, NULL,
				 NULL, &result),
			 0);
	assert_int_equal(result.outcome, ACT_OVERTAKEN);
	assert_int_equal(result.failure.cause, wanted);
	assert_int_equal(result.failure.error, EXDEV);
	assert_true(result.failure.has_block);
	assert_string_equal(fake_state(), after);
	fake_close();
}

static void test_other_agent(void **state _unused_)
{
	other_agent_cell("ooo", "Mode=system-ram\nZone=movable\n",
			 ACT_CAUSE_ZONE, "kmem ooo");
	/* In-tree kmem: it must not be unbound then. */
	other_agent_cell("mmm", "Mode=devdax\n", ACT_CAUSE_WENT_ONLINE,
			 "kmem kkk");
}

/* The argument is a pattern of tests; behind a '!', of those to be left out. */
int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crashes),
		cmocka_unit_test(test_crash_in_undo),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_no_such_device),
		cmocka_unit_test(test_waited),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_other_agent),
	};

	if (argc > 1 && argv[1][0] == '!')
		cmocka_set_skip_filter(argv[1] + 1);
	else if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
