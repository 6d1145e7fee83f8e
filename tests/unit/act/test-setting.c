// SPDX-License-Identifier: GPL-2.0-or-later
/* Holding a setting and putting it back, over a tree of plain files;
 * that the kernel obeys it is for the cases in the guests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/lock.h"
#include "act/run.h"
#include "act/setting.h"
#include "act/write.h"
#include "facts/root.h"

#define ATTRIBUTE "sys/devices/system/memory/auto_online_blocks"
#define NOTE "run/daxbroker/auto-online-blocks"
#define AUTOPROBE "sys/bus/dax/drivers_autoprobe"

static char root_path[] = "/tmp/test-setting.XXXXXX";
static int root_fd = -1;

static void put(const char *path, const char *text)
{
	int fd = openat(root_fd, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void expect(const char *path, const char *wanted)
{
	char *line = NULL;
	int r = root_read_line(root_fd, path, &line);

	if (!wanted) {
		assert_int_equal(r, -ENOENT);
		return;
	}
	assert_int_equal(r, 0);
	assert_string_equal(line, wanted);
	free(line);
}

static int setup(void **state)
{
	static const char *const dirs[] = { "sys",
					    "sys/devices",
					    "sys/devices/system",
					    "sys/devices/system/memory",
					    "sys/bus",
					    "sys/bus/dax",
					    "run" };

	(void)state;
	if (!mkdtemp(root_path))
		return -1;
	root_fd = open(root_path, O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		mkdirat(root_fd, dirs[i], 0755);
	return root_fd < 0;
}

static int teardown(void **state)
{
	static const char *const files[] = {
		ATTRIBUTE,
		NOTE,
		"run/daxbroker/act-hmem.0.lock",
		"run/daxbroker/auto-online-blocks.lock",
		"run/daxbroker/probe-state.lock",
		"run/daxbroker/drivers-autoprobe.lock",
		AUTOPROBE
	};
	static const char *const dirs[] = { "sys/devices/system/memory",
					    "sys/devices/system",
					    "sys/devices",
					    "sys/bus/dax",
					    "sys/bus",
					    "sys",
					    "run/daxbroker",
					    "run" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		unlinkat(root_fd, files[i], 0);
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		unlinkat(root_fd, dirs[i], AT_REMOVEDIR);
	close(root_fd);
	return rmdir(root_path);
}

static void test_no_attribute(void **state)
{
	struct setting_hold hold;

	(void)state;
	unlinkat(root_fd, ATTRIBUTE, 0);
	assert_int_equal(
		setting_hold(root_fd, &setting_auto_online, "online", &hold),
		0);
	assert_int_equal(setting_release(&hold), 0);
	expect(ATTRIBUTE, NULL);
	expect(NOTE, NULL);
}

static void test_hold_and_release(void **state)
{
	struct setting_hold hold;

	(void)state;
	put(ATTRIBUTE, "online\n");
	assert_int_equal(setting_hold(root_fd, &setting_auto_online,
				      "online_movable", &hold),
			 0);
	expect(NOTE, "online");
	/* What a plain file keeps of the kernel's "online_movable". */
	put(ATTRIBUTE, "online_movable\n");
	assert_int_equal(setting_release(&hold), 0);
	expect(NOTE, NULL);
	put(ATTRIBUTE, "offline\n");
	assert_int_equal(
		setting_hold(root_fd, &setting_auto_online, "offline", &hold),
		0);
	expect(NOTE, NULL);
	assert_int_equal(setting_release(&hold), 0);
	expect(ATTRIBUTE, "offline");
}

static void test_somebody_else_set_it(void **state)
{
	struct setting_hold hold;

	(void)state;
	put(ATTRIBUTE, "offline\n");
	assert_int_equal(setting_hold(root_fd, &setting_auto_online,
				      "online_movable", &hold),
			 0);
	put(ATTRIBUTE, "online_kernel\n");
	assert_int_equal(setting_release(&hold), 0);
	expect(ATTRIBUTE, "online_kernel");
	expect(NOTE, NULL);
}

static void test_recover(void **state)
{
	struct setting_hold hold;

	(void)state;
	assert_int_equal(setting_recover(root_fd), 0);
	put(ATTRIBUTE, "offline\n");
	assert_int_equal(setting_hold(root_fd, &setting_auto_online,
				      "online_movable", &hold),
			 0);
	close(hold.lock_fd); /* as if the holder had been killed */
	put(ATTRIBUTE, "");
	assert_int_equal(setting_recover(root_fd), 1);
	expect(ATTRIBUTE, "offline");
	expect(NOTE, NULL);
	/* Killed between making the note and writing it; or a hostile one. */
	put(NOTE, "");
	assert_int_equal(setting_recover(root_fd), 1);
	put(NOTE, "rm -rf");
	assert_int_equal(setting_recover(root_fd), 1);
	expect(ATTRIBUTE, "offline");
	expect(NOTE, NULL);
}

/* One that takes the place of another that was killed: what was before that is
 * what returns. */
static void test_after_a_killed_one(void **state)
{
	struct setting_hold killed, hold;

	(void)state;
	put(AUTOPROBE, "1");
	assert_int_equal(setting_hold(root_fd, &setting_autoprobe, "0", &hold),
			 0);
	expect(AUTOPROBE, "0");
	assert_int_equal(setting_release(&hold), 0);
	expect(AUTOPROBE, "1");
	assert_int_equal(
		setting_hold(root_fd, &setting_autoprobe, "0", &killed), 0);
	close(killed.lock_fd);
	assert_int_equal(setting_hold(root_fd, &setting_autoprobe, "1", &hold),
			 0);
	assert_int_equal(setting_release(&hold), 0);
	expect(AUTOPROBE, "1");
}

/* Settings have notes of their own; one whose module is gone is forgotten. */
static void test_recover_all(void **state)
{
	(void)state;
	put(ATTRIBUTE, "");
	put(NOTE, "online");
	put("run/daxbroker/probe-state", "default");
	put(AUTOPROBE, "0");
	put("run/daxbroker/drivers-autoprobe", "1");
	assert_int_equal(setting_recover(root_fd), 1);
	expect(ATTRIBUTE, "online");
	expect(NOTE, NULL);
	expect(AUTOPROBE, "1");
	expect("run/daxbroker/drivers-autoprobe", NULL);
	expect("run/daxbroker/probe-state", NULL);
	assert_false(setting_exists(root_fd, &setting_probe_state));
	assert_true(setting_exists(root_fd, &setting_auto_online));
}

static void test_recover_leaves_a_worker_alone(void **state)
{
	struct setting_hold hold;

	(void)state;
	put(ATTRIBUTE, "online\n");
	assert_int_equal(setting_hold(root_fd, &setting_auto_online,
				      "online_movable", &hold),
			 0);
	assert_int_equal(act_run_recover(root_fd), 0);
	expect(NOTE, "online");
	close(hold.lock_fd);
	assert_int_equal(act_run_recover(root_fd), 1);
	expect(NOTE, NULL);
}

/* Two jobs hold the same value: the last puts it back. One that wants another
 * waits until then, and what was before anybody came is what returns. */
static void test_together(void **state)
{
	struct setting_hold a, b, c;
	pid_t pid;
	int status;

	(void)state;
	put(ATTRIBUTE, "");
	unlinkat(root_fd, ATTRIBUTE, 0);
	put(ATTRIBUTE, "online");
	assert_int_equal(setting_hold(root_fd, &setting_auto_online,
				      "online_movable", &a),
			 0);
	assert_int_equal(setting_hold(root_fd, &setting_auto_online,
				      "online_movable", &b),
			 0);
	pid = fork();
	if (pid == 0) {
		int r;

		close(a.lock_fd);
		close(b.lock_fd);
		/* EINVAL: of a longer word a plain file keeps the end */
		r = setting_hold(root_fd, &setting_auto_online, "online_kernel",
				 &c);

		_exit(r == -EINVAL || r == 0 ? 0 : 1);
	}
	assert_int_equal(setting_release(&a), 0);
	expect(ATTRIBUTE, "online_movable");
	expect(NOTE, "online");
	usleep(20000);
	assert_int_equal(waitpid(pid, &status, WNOHANG), 0);
	assert_int_equal(setting_release(&b), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	act_run_recover(root_fd);
	expect(NOTE, NULL);
}

/* What the kernel took only a part of is an error. */
static void test_short_write(void **state)
{
	const struct rlimit limit = { 3, 3 };
	pid_t pid = fork();
	int status;

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		put(ATTRIBUTE, "");
		setrlimit(RLIMIT_FSIZE, &limit);
		_exit(act_write(root_fd, "online", ATTRIBUTE) != -EIO);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Regions do not wait for each other. */
static void test_lock(void **state)
{
	int lock = act_lock(root_fd, "/devices/platform/hmem.0", true), other;

	(void)state;
	assert_true(lock >= 0);
	assert_int_equal(act_lock(root_fd, "/devices/platform/hmem.0", false),
			 -EWOULDBLOCK);
	other = act_lock(root_fd, "/devices/platform/hmem.1", false);
	assert_true(other >= 0);
	close(lock);
	close(other);
	unlinkat(root_fd, "run/daxbroker/act-hmem.1.lock", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_attribute),
		cmocka_unit_test(test_hold_and_release),
		cmocka_unit_test(test_somebody_else_set_it),
		cmocka_unit_test(test_recover),
		cmocka_unit_test(test_after_a_killed_one),
		cmocka_unit_test(test_recover_all),
		cmocka_unit_test(test_recover_leaves_a_worker_alone),
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_short_write),
		cmocka_unit_test(test_lock),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
