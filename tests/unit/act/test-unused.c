// SPDX-License-Identifier: GPL-2.0-or-later
/* Who uses a device is asked for in a process of its own, under a deadline, and
 * not by a pass. What a scan finds, and how long it takes, is made up here. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/run.h"
#include "act/scan.h"
#include "act/write.h"
#include "basic/clock.h"
#include "fake-kernel.h"
#include "survey/survey.h"

int __wrap_facts_holders_load(int root_fd, struct facts_snapshot *snapshot);

/* The device that somebody has open, NULL: none; and what a scan takes. */
static const char *used;
static unsigned int scan_msec;
static uint64_t pinned;	     /* pages of each, without a process */
static unsigned int n_scans; /* in this process */

static void add_holder(struct facts_device *device)
{
	device->holders = calloc(1, sizeof(*device->holders));
	assert_non_null(device->holders);
	device->holders[0] = (struct facts_holder){
		.pid = 77,
		.command = strdup("user"),
		.open = true,
	};
	device->n_holders = 1;
}

int __wrap_facts_holders_load(int root_fd _unused_,
			      struct facts_snapshot *snapshot)
{
	n_scans++;
	usleep(scan_msec * 1000);
	for (size_t i = 0; i < snapshot->n_devices; i++) {
		snapshot->devices[i].holders_known = true;
		snapshot->devices[i].users.pinned_pages = pinned;
		if (used && strcmp(snapshot->devices[i].name, used) == 0)
			add_holder(&snapshot->devices[i]);
	}
	return 0;
}

static int set_up(void **state _unused_)
{
	used = NULL;
	pinned = 0;
	scan_msec = n_scans = 0;
	return 0;
}

static unsigned int users_later(const struct facts_device *device _unused_,
				void *userdata _unused_)
{
	return PLAN_USERS_LATER;
}

static struct survey *take_survey(const char *policy, survey_flags_fn flags)
{
	struct survey *survey = NULL;
	char text[256];

	snprintf(text, sizeof(text), "[Match]\nProvider=hmem\n[Region]\n%s",
		 policy);
	tree_write(&fake.tree, "etc/daxbroker/50.region", text);
	assert_int_equal(
		survey_take(fake.tree.fd, getuid(), flags, NULL, &survey), 0);
	return survey;
}

static void expect_refused(const struct survey *survey, const char *device)
{
	struct act_result result;

	assert_int_equal(survey->items[0].plan->outcome, PLAN_SWITCH);
	assert_int_equal(act_run(fake.tree.fd, survey->items[0].plan, 0, NULL,
				 NULL, &result),
			 0);
	assert_string_equal(act_result_outcome_name(result.outcome), "refused");
	assert_int_equal(result.failure.cause, ACT_CAUSE_IN_USE);
	assert_string_equal(result.failure.device, device);
	assert_int_equal(result.failure.blocker.pid, 77);
	assert_string_equal(result.failure.blocker.command, "user");
}

/* The daemon's survey scans nothing; the job refuses, and names the user. */
static void test_survey(void **state _unused_)
{
	_cleanup_survey_ struct survey *now = NULL, *later = NULL;

	fake_open("device_dax", "");
	used = "dax0.0";
	now = take_survey("Mode=system-ram\n", NULL);
	assert_int_equal(n_scans, 1);
	assert_int_equal(now->items[0].plan->outcome, PLAN_REFUSED);
	assert_int_equal(now->items[0].plan->refusal, PLAN_REFUSAL_BUSY);
	later = take_survey("Mode=system-ram\n", users_later);
	assert_int_equal(n_scans, 1);
	expect_refused(later, "dax0.0");
	assert_int_equal(n_scans, 1);
	assert_string_equal(fake_state(), "device_dax ");
	fake_close();
}

/* The time to wait goes by the clock, whatever it goes by with. */
static void test_clock(void **state _unused_)
{
	_cleanup_survey_ struct survey *survey = NULL;
	uint64_t begun;

	fake_open("device_dax", "");
	survey = take_survey(
		"Mode=system-ram\nOnBusy=wait\nBusyTimeout=1500ms\n", NULL);
	used = "dax0.0";
	scan_msec = 700;
	begun = clock_msec();
	expect_refused(survey, "dax0.0");
	/* With pauses alone, it would be 4.1 s and more. */
	assert_in_range(clock_msec() - begun, 1500, 3500);
	fake_close();
}

/* None of a region's devices is touched while somebody has another of them. */
static void test_others(void **state _unused_)
{
	static const char layout[] = "0+128:device_dax 128+256:device_dax";
	_cleanup_survey_ struct survey *survey = NULL;

	fake_open(NULL, "");
	fake_layout(layout);
	used = "dax0.1";
	survey = take_survey("Mode=devdax\n[Device]\nName=a\nSize=rest\n",
			     users_later);
	fake.writes = 0;
	expect_refused(survey, "dax0.1");
	assert_int_equal(fake.writes, 0);
	assert_string_equal(fake_current_layout(), layout);
	fake_close();
}

/* Where the driver counts nobody, no process is asked. */
static void test_counted(void **state _unused_)
{
	static const char openers[] =
		"sys/bus/dax/devices/dax0.0/users/openers";
	_cleanup_survey_ struct survey *survey = NULL;
	struct act_result result;

	fake_open("device_dax", "");
	used = "dax0.0";
	tree_write(&fake.tree, openers, "1\n");
	survey = take_survey("Mode=system-ram\n", users_later);
	expect_refused(survey, "dax0.0");
	tree_write(&fake.tree, openers, "0\n");
	assert_int_equal(act_run(fake.tree.fd, survey->items[0].plan, 0, NULL,
				 NULL, &result),
			 0);
	assert_string_equal(act_result_outcome_name(result.outcome), "done");
	fake_close();
}

static struct act_result run_for_lease(void)
{
	_cleanup_survey_ struct survey *survey = NULL;
	struct act_result result;

	tree_write(&fake.tree, "run/daxbroker/grants",
		   "[Grant]\nId=0000000000000001\nPool=p\nState=draining\n"
		   "Clear=zero\nRanges=0x100000000-0x103ffffff\n"
		   "Align=2097152\nUser=0\n");
	survey = take_survey("Mode=pool\n[Pool]\nName=p\nIdle=free\n", NULL);
	assert_int_equal(survey->items[0].plan->outcome, PLAN_SWITCH);
	assert_int_equal(act_run(fake.tree.fd, survey->items[0].plan, 0, NULL,
				 NULL, &result),
			 0);
	assert_int_equal(result.outcome, ACT_REFUSED);
	return result;
}

static void expect_text(const struct act_result *result, const char *wanted)
{
	_cleanup_free_ char *text = act_result_describe(result);

	assert_string_equal(text, wanted);
}

#define ADVICE                                                    \
	"; end that or wait: nothing else is to be done, and it " \
	"goes on by itself"

/* A lease ends by itself: nobody has to do anything here. */
static void test_lease(void **state _unused_)
{
	struct act_result result;

	fake_open(NULL, "");
	fake_layout("0+64:device_dax");
	used = "dax0.0";
	result = run_for_lease();
	assert_int_equal(result.failure.cause, ACT_CAUSE_LEASE_IN_USE);
	expect_text(&result, "/dev/dax0.0 of a lease is in use by process 77 "
			     "(user, open)" ADVICE);
	used = NULL;
	pinned = 16;
	result = run_for_lease();
	assert_string_equal(result.failure.blocker.kind, "pinned");
	expect_text(&result, "/dev/dax0.0 of a lease is in use by 16 pinned "
			     "pages" ADVICE);
	fake_close();
}

static void expect_said(const struct survey *survey, const char *words)
{
	_cleanup_free_ char *text = NULL;
	struct act_result result;

	assert_int_equal(act_run(fake.tree.fd, survey->items[0].plan, 0, NULL,
				 NULL, &result),
			 0);
	assert_string_equal(act_result_outcome_name(result.outcome), "refused");
	text = act_result_describe(&result);
	assert_non_null(strstr(text, words));
}

static void add_ring(const char *pid, const char *buffers)
{
	char path[64];

	snprintf(path, sizeof(path), "proc/%s/comm", pid);
	tree_write(&fake.tree, path, "ring\n");
	snprintf(path, sizeof(path), "proc/%s/fd/3", pid);
	tree_link(&fake.tree, path, "anon_inode:[io_uring]");
	snprintf(path, sizeof(path), "proc/%s/fdinfo/3", pid);
	tree_write(&fake.tree, path, buffers);
}

/* No process has it: who has its pages for I/O is a guess. */
static void test_pinned(void **state _unused_)
{
	_cleanup_survey_ struct survey *survey = NULL;

	fake_open("device_dax", "");
	survey = take_survey("Mode=system-ram\n", users_later);
	pinned = 2;
	add_ring("40", "UserBufs:\t0\n");
	expect_said(survey, "is in use by 2 pinned pages; end that");
	add_ring("41", "UserBufs:\t1\n    0: 0x10000000/4194304\n");
	expect_said(survey, "is in use by 2 pinned pages, maybe those of "
			    "process 41 (ring)");
	fake_close();
}

static int add(int root_fd _unused_, const void *question, void *answer)
{
	const int *numbers = question;

	*(int *)answer = numbers[0] + numbers[1];
	return numbers[1];
}

static int hang(int root_fd _unused_, const void *question _unused_,
		void *answer _unused_)
{
	return pause();
}

static int die(int root_fd _unused_, const void *question _unused_,
	       void *answer _unused_)
{
	_exit(EXIT_SUCCESS);
	return 0;
}

static void test_scan(void **state _unused_)
{
	static const int sum[] = { 1, 2 }, failure[] = { 1, -7 };
	int fd = open("/", O_PATH | O_CLOEXEC), answer = 0;
	uint64_t begun = clock_msec();

	assert_int_equal(scan_run(fd, add, sum, 60000, &answer, sizeof(answer)),
			 2);
	assert_int_equal(answer, 3);
	assert_int_equal(
		scan_run(fd, add, failure, 60000, &answer, sizeof(answer)), -7);
	assert_int_equal(scan_run(fd, hang, NULL, 50, &answer, sizeof(answer)),
			 -ETIME);
	assert_int_equal(
		scan_run(fd, die, NULL, 60000, &answer, sizeof(answer)), -EIO);
	assert_int_equal(answer, 3);
	assert_true(clock_msec() - begun < 30000);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_survey, set_up),
		cmocka_unit_test_setup(test_clock, set_up),
		cmocka_unit_test_setup(test_others, set_up),
		cmocka_unit_test_setup(test_counted, set_up),
		cmocka_unit_test_setup(test_lease, set_up),
		cmocka_unit_test_setup(test_pinned, set_up),
		cmocka_unit_test_setup(test_scan, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
