// SPDX-License-Identifier: GPL-2.0-or-later
/* What the memory of a lease goes through before somebody else gets it. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/run.h"
#include "facts/root.h"
#include "fake-kernel.h"
#include "fake-machine.h"
#include "survey/survey.h"

/* More than one part of what is written at once. */
#define SIZE ((size_t)66 << 20)
#define DRAIN fake_device_path("dax0.0", "drain")
#define NOTE "run/daxbroker/drain-dax0.0"

/* What the driver's attribute says once somebody has written to it: the first
 * time, and from then on. */
static const char *first_drain, *later_drain;

/* The job has it open. */
static void set_drain(const char *word)
{
	_cleanup_close_ int fd =
		openat(fake.tree.fd, DRAIN, O_WRONLY | O_TRUNC | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, word, strlen(word)), strlen(word));
}

static bool answer_drain(const char *path)
{
	if (!strstr(path, "/drain"))
		return false;
	set_drain(first_drain);
	first_drain = later_drain;
	return true;
}

static void offer_drain(const char *first, const char *later)
{
	first_drain = first;
	later_drain = later;
	tree_write(&fake.tree, DRAIN, "off\n");
	fake.before = answer_drain;
}

static char *read_drain(void)
{
	char *line = NULL;

	assert_int_equal(root_read_line(fake.tree.fd, DRAIN, &line), 0);
	return line;
}

static bool has_note(void)
{
	struct stat st;

	return fstatat(fake.tree.fd, NOTE, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static int open_memory(void)
{
	int fd = openat(fake.tree.fd, "dev/dax0.0", O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

/* As a user has left it. */
static void fill(void)
{
	_cleanup_free_ char *bytes = malloc(SIZE);
	_cleanup_close_ int fd = -1;

	assert_non_null(bytes);
	memset(bytes, 0x5a, SIZE);
	tree_write(&fake.tree, "dev/dax0.0", "");
	fd = open_memory();
	assert_int_equal(write(fd, bytes, SIZE), SIZE);
}

/* Of its bytes, those that are not zero. */
static size_t count_left(void)
{
	_cleanup_free_ char *bytes = malloc(SIZE);
	_cleanup_close_ int fd = open_memory();
	ssize_t size = read(fd, bytes, SIZE);
	size_t n = 0;

	for (ssize_t i = 0; i < size; i++)
		n += bytes[i] != 0;
	return n;
}

static void decide(const char *clear)
{
	char text[512];

	tree_write(&fake.tree, "etc/daxbroker/50.region",
		   "[Match]\nProvider=hmem\n[Region]\nMode=pool\n"
		   "[Pool]\nName=p\nIdle=free\n");
	snprintf(text, sizeof(text),
		 "[Grant]\nId=0000000000000001\nPool=p\nState=making\n"
		 "Clear=%s\nRanges=0x100000000-%#zx\nAlign=2097152\nUser=0\n",
		 clear, ((size_t)4 << 30) + SIZE - 1);
	tree_write(&fake.tree, "run/daxbroker/grants", text);
}

static int set_up(void **state _unused_)
{
	fake_open(NULL, "");
	fake_layout("0+66:device_dax");
	fill();
	return 0;
}

static int tear_down(void **state _unused_)
{
	fake_close();
	return 0;
}

static struct act_result run(const char *clear)
{
	_cleanup_survey_ struct survey *survey = NULL;
	const struct plan *plan;
	struct act_result result;

	decide(clear);
	assert_int_equal(
		survey_take(fake.tree.fd, getuid(), NULL, NULL, &survey), 0);
	plan = survey->items[0].plan;
	if (plan->outcome != PLAN_SWITCH)
		fail_msg("nothing to do: %s", plan->reason);
	assert_int_equal(act_run(fake.tree.fd, plan, 0, NULL, NULL, &result),
			 0);
	return result;
}

static void test_zero(void **state _unused_)
{
	struct act_result result = run("zero");

	if (result.outcome != ACT_DONE)
		fail_msg("%s", act_result_describe(&result));
	assert_int_equal(count_left(), 0);
}

/* Nobody gets at it meanwhile, and then the next one does. */
static void test_zero_drains(void **state _unused_)
{
	_cleanup_free_ char *drain = NULL;

	offer_drain("drained\n", "off\n");
	assert_int_equal(run("zero").outcome, ACT_DONE);
	assert_int_equal(count_left(), 0);
	drain = read_drain();
	assert_string_equal(drain, "off");
	assert_false(has_note());
}

static void test_vacate(void **state _unused_)
{
	_cleanup_free_ char *drain = NULL;

	offer_drain("drained\n", "off\n");
	assert_int_equal(run("vacate").outcome, ACT_DONE);
	assert_int_equal(count_left(), SIZE);
	drain = read_drain();
	assert_string_equal(drain, "drained");
	assert_false(has_note());
}

/* Users stay, and no others come: other jobs do not end that. */
static void test_users_left(void **state _unused_)
{
	_cleanup_free_ char *drain = NULL;
	struct act_result result;

	offer_drain("draining\n", "off\n");
	result = run("zero");
	assert_int_equal(result.outcome, ACT_REFUSED);
	assert_int_equal(result.failure.cause, ACT_CAUSE_LEASE_USERS_LEFT);
	assert_int_equal(count_left(), SIZE);
	drain = read_drain();
	assert_string_equal(drain, "draining");
	assert_false(has_note());
	assert_int_equal(act_run_recover(fake.tree.fd), 0);
}

static void test_take(void **state _unused_)
{
	struct act_result result = run("take");

	if (result.outcome != ACT_DONE)
		fail_msg("%s", act_result_describe(&result));
	assert_int_equal(count_left(), 0);
	assert_string_equal(fake_current_layout(), "0+66:device_dax");
}

static void test_failed_memory(void **state _unused_)
{
	_cleanup_close_ int fd = open_memory();
	_cleanup_free_ char *text = NULL, *drain = NULL;
	struct act_result result;

	offer_drain("drained\n", "off\n");
	assert_int_equal(ftruncate(fd, 65 << 20), 0);
	result = run("zero");
	assert_int_equal(result.outcome, ACT_UNDONE);
	assert_int_equal(result.failure.cause, ACT_CAUSE_POISON);
	assert_int_equal(result.failure.error, EIO);
	text = act_result_describe(&result);
	assert_non_null(strstr(text, "memory of dax0.0 at offset 0x4100000"));
	drain = read_drain();
	assert_string_equal(drain, "off");
}

static void test_no_memory(void **state _unused_)
{
	struct act_result result;

	assert_int_equal(unlinkat(fake.tree.fd, "dev/dax0.0", 0), 0);
	result = run("zero");
	assert_int_equal(result.outcome, ACT_UNDONE);
	assert_int_equal(result.failure.cause, ACT_CAUSE_CLEAR);
	assert_int_equal(result.failure.error, ENOENT);
}

static void test_opened_meanwhile(void **state _unused_)
{
	_cleanup_free_ char *drain = NULL;
	struct act_result result;

	fake.opened = true;
	offer_drain("drained\n", "off\n");
	result = run("zero");
	assert_int_equal(result.outcome, ACT_REFUSED);
	assert_int_equal(result.failure.cause, ACT_CAUSE_LEASE_USERS_LEFT);
	assert_int_equal(count_left(), SIZE);
	drain = read_drain();
	assert_string_equal(drain, "off");
}

/* Another process does it and is killed at its @at'th write; false: it had less
 * to write. */
static bool cut_off(unsigned int at)
{
	const pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		fake.strike_at = fake.writes + at;
		_exit(run("take").outcome != ACT_DONE);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status))
		assert_int_equal(WEXITSTATUS(status), 0);
	return WIFSIGNALED(status);
}

static void undo(void)
{
	struct journal_jobs list;
	struct act_result result;

	assert_int_equal(act_run_open_jobs(fake.tree.fd, &list), 0);
	assert_int_equal(list.n, 1);
	assert_int_equal(
		act_run_undo(fake.tree.fd, &list.jobs[0], NULL, NULL, &result),
		0);
	assert_int_equal(result.outcome, ACT_UNDONE);
	journal_jobs_clear(&list);
}

/* Wherever it ends, the device is back, and the next job does all of it. */
static void test_cut_off(void **state _unused_)
{
	unsigned int at = 1;

	for (;; at++) {
		offer_drain("drained\n", "off\n");
		if (!cut_off(at))
			break;
		offer_drain("drained\n", "drained\n");
		undo();
		assert_string_equal(fake_current_layout(), "0+66:device_dax");
		offer_drain("drained\n", "off\n");
		assert_int_equal(run("zero").outcome, ACT_DONE);
		assert_int_equal(count_left(), 0);
		fill();
	}
	assert_true(at > 2);
}

/* A signal that nobody expects still ends the process. */
static void test_other_signal(void **state _unused_)
{
	int status;
	pid_t pid;

	signal(SIGBUS, SIG_DFL);
	assert_int_equal(run("zero").outcome, ACT_DONE);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		raise(SIGBUS);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_zero, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_zero_drains, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_vacate, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_users_left, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_take, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_failed_memory, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_no_memory, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_opened_meanwhile, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_cut_off, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_other_signal, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
