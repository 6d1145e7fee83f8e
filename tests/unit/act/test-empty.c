// SPDX-License-Identifier: GPL-2.0-or-later
/* Persistent memory is read before anything is done to it. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/run.h"
#include "basic/text.h"
#include "facts/content.h"
#include "fake-kernel.h"
#include "survey/survey.h"

static int set_up(void **state _unused_)
{
	fake_open("device_dax", "");
	fake_become_pmem();
	tree_write(&fake.tree, "etc/daxbroker/50.region",
		   "[Match]\nContent=blank\n[Region]\nMode=system-ram\n");
	return 0;
}

static int tear_down(void **state _unused_)
{
	fake_close();
	return 0;
}

static struct survey *take_survey(void)
{
	struct survey *survey = NULL;

	assert_int_equal(
		survey_take(fake.tree.fd, getuid(), NULL, NULL, &survey), 0);
	return survey;
}

static struct act_result run(void)
{
	_cleanup_survey_ struct survey *survey = take_survey();
	const struct plan *plan = survey->items[0].plan;
	struct act_result result;

	if (plan->outcome != PLAN_SWITCH)
		fail_msg("nothing to do: %s", plan->reason);
	assert_int_equal(act_run(fake.tree.fd, plan, 0, NULL, NULL, &result),
			 0);
	return result;
}

static void test_nothing(void **state _unused_)
{
	assert_int_equal(run().outcome, ACT_DONE);
	assert_string_equal(fake_state(), "kmem mmm");
}

/* What the samples have missed. */
static void test_data(void **state _unused_)
{
	_cleanup_free_ char *text = NULL;
	struct act_result result;

	fake.data = 0x12345;
	result = run();
	assert_int_equal(result.outcome, ACT_UNDONE);
	assert_int_equal(result.failure.cause, ACT_CAUSE_NOT_EMPTY);
	text = act_result_describe(&result);
	assert_non_null(
		strstr(text, "dax0.0 holds something at offset 0x12345"));
	assert_non_null(strstr(text, "Persistent=overwrite"));
	assert_int_equal(fake.writes, 0);
	assert_string_equal(fake_state(), "device_dax ");
}

static void test_failed_memory(void **state _unused_)
{
	struct act_result result;

	fake.data = -EFAULT;
	result = run();
	assert_int_equal(result.outcome, ACT_UNDONE);
	assert_int_equal(result.failure.cause, ACT_CAUSE_CONTENT);
	assert_int_equal(result.failure.error, EFAULT);
	assert_int_equal(fake.writes, 0);
}

static void write_device(uint64_t at, const char *bytes, size_t n)
{
	int fd = openat(fake.tree.fd, "dev/dax0.0", O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, n, (off_t)at), (ssize_t)n);
	close(fd);
}

static void allow(const char *kinds)
{
	_cleanup_free_ char *text = text_format(
		"[Match]\nProvider=pmem\n[Region]\nMode=system-ram\n"
		"Persistent=overwrite:%s\n",
		kinds);

	tree_write(&fake.tree, "etc/daxbroker/50.region", text);
}

/* What the policy names may go, though it is not empty. */
static void test_kinds(void **state _unused_)
{
	_cleanup_survey_ struct survey *survey = NULL;

	write_device(4086, "SWAPSPACE2", 10);
	fake.data = 4086;
	allow("xfs,famfs");
	survey = take_survey();
	assert_int_equal(survey->items[0].plan->refusal,
			 PLAN_REFUSAL_PERSISTENT);
	allow("xfs,swap");
	assert_int_equal(run().outcome, ACT_DONE);
	assert_string_equal(fake_state(), "kmem mmm");
}

/* Between the plan and the step somebody has made a file system. */
static void test_kinds_change(void **state _unused_)
{
	_cleanup_survey_ struct survey *survey = NULL;
	struct act_result result;

	write_device(4086, "SWAPSPACE2", 10);
	allow("swap");
	survey = take_survey();
	write_device(0, "XFSB", 4);
	fake.data = 5;
	assert_int_equal(act_run(fake.tree.fd, survey->items[0].plan, 0, NULL,
				 NULL, &result),
			 0);
	assert_int_equal(result.outcome, ACT_UNDONE);
	assert_int_equal(result.failure.cause, ACT_CAUSE_NOT_EMPTY);
	assert_int_equal(fake.writes, 0);
}

/* A job is cancelled by a signal: nothing is left to do about it. */
static void test_killed(void **state _unused_)
{
	struct journal_jobs list;
	struct act_result result;
	int status;
	pid_t pid;

	fake.killed_reading = true;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		run();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(act_run_open_jobs(fake.tree.fd, &list), 0);
	assert_int_equal(list.n, 1);
	assert_int_equal(
		act_run_undo(fake.tree.fd, &list.jobs[0], NULL, NULL, &result),
		0);
	assert_int_equal(result.outcome, ACT_UNDONE);
	assert_int_equal(fake.writes, 0);
	journal_jobs_clear(&list);
}

static const struct facts_device *device(const struct survey *survey)
{
	return &survey->snapshot->devices[0];
}

/* Who reads a device has it open: never while a job asks who does. */
static void test_lock(void **state _unused_)
{
	_cleanup_survey_ struct survey *survey = take_survey();
	_cleanup_survey_ struct survey *meanwhile = NULL;
	const char *region = survey->items[0].plan->region;
	int reader, job;

	assert_int_equal(device(survey)->content, CONTENT_BLANK);
	reader = content_lock(fake.tree.fd, region, false);
	assert_true(reader >= 0);
	survey_free(survey);
	survey = take_survey();
	assert_int_equal(device(survey)->content, CONTENT_BLANK);
	close(reader);
	job = content_lock(fake.tree.fd, survey->items[0].plan->region, true);
	assert_true(job >= 0);
	meanwhile = take_survey();
	assert_int_equal(device(meanwhile)->content, CONTENT_UNKNOWN);
	assert_int_equal(device(meanwhile)->content_why, FACTS_CONTENT_AT_WORK);
	close(job);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_data, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_failed_memory, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_kinds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_kinds_change, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_killed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lock, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
