// SPDX-License-Identifier: GPL-2.0-or-later
/* Draining and its note, over a tree of plain files; what the driver makes of
 * it is for the cases in the guests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/drain.h"
#include "act/lock.h"
#include "basic/cleanup.h"
#include "facts/root.h"

#define DEVICE_DIR "sys/bus/dax/devices/dax0.0"
#define ATTRIBUTE DEVICE_DIR "/drain"
#define REGION "sys/devices/platform/hmem.0"
#define NOTE "run/daxbroker/drain-dax0.0"

static const char *const dirs[] = {
	"sys",	    "sys/bus", "sys/bus/dax", "sys/bus/dax/devices",
	DEVICE_DIR, "run",
};

static char root_path[] = "/tmp/test-drain.XXXXXX";
static int root_fd = -1;

static void put(const char *path, const char *text)
{
	int fd = openat(root_fd, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static bool link_exists(const char *path)
{
	return faccessat(root_fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int setup(void **state)
{
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
	(void)state;
	unlinkat(root_fd, ATTRIBUTE, 0);
	unlinkat(root_fd, "run/daxbroker/act-hmem.0.lock", 0);
	unlinkat(root_fd, "run/daxbroker", AT_REMOVEDIR);
	for (size_t i = ARRAY_SIZE(dirs); i-- > 0;)
		unlinkat(root_fd, dirs[i], AT_REMOVEDIR);
	close(root_fd);
	return rmdir(root_path);
}

static void test_in_tree_driver(void **state)
{
	(void)state;
	assert_int_equal(drain_begin(root_fd, REGION, "dax0.0"), -ENOENT);
	assert_false(link_exists(NOTE));
	assert_int_equal(drain_recover(root_fd, NULL), 0);
}

static void test_has_users(void **state)
{
	_cleanup_free_ char *line = NULL;

	(void)state;
	put(ATTRIBUTE, "draining\n");
	assert_int_equal(drain_begin(root_fd, REGION, "dax0.0"), -EUSERS);
	assert_int_equal(drain_wait(root_fd, "dax0.0", 30), -EUSERS);
	assert_true(link_exists(NOTE));
	assert_int_equal(drain_end(root_fd, "dax0.0"), 0);
	assert_false(link_exists(NOTE));
	assert_int_equal(root_read_line(root_fd, ATTRIBUTE, &line), 0);
	assert_int_equal(line[0], '0');
}

/* The last user goes meanwhile. */
static void test_users_go(void **state)
{
	pid_t pid;

	(void)state;
	put(ATTRIBUTE, "draining\n");
	assert_int_equal(drain_begin(root_fd, REGION, "dax0.0"), -EUSERS);
	put(ATTRIBUTE, "draining\n");
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		usleep(10000);
		put(ATTRIBUTE, "drained\n");
		_exit(0);
	}
	assert_int_equal(drain_wait(root_fd, "dax0.0", 500), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(drain_end(root_fd, "dax0.0"), 0);
}

static void test_recover(void **state)
{
	_cleanup_free_ char *line = NULL;

	(void)state;
	put(ATTRIBUTE, "draining\n");
	assert_int_equal(drain_begin(root_fd, REGION, "dax0.0"), -EUSERS);
	/* Of a device that is gone, and of none at all. */
	assert_int_equal(
		symlinkat(REGION, root_fd, "run/daxbroker/drain-dax7.0"), 0);
	assert_int_equal(symlinkat(REGION, root_fd, "run/daxbroker/drain-.."),
			 0);
	assert_int_equal(drain_recover(root_fd, NULL), 1);
	assert_false(link_exists(NOTE));
	assert_false(link_exists("run/daxbroker/drain-dax7.0"));
	assert_true(link_exists("run/daxbroker/drain-.."));
	unlinkat(root_fd, "run/daxbroker/drain-..", 0);
	assert_int_equal(root_read_line(root_fd, ATTRIBUTE, &line), 0);
	assert_int_equal(line[0], '0');
	assert_int_equal(drain_recover(root_fd, NULL), 0);
}

static void test_other_regions(void **state)
{
	int lock;

	(void)state;
	put(ATTRIBUTE, "draining\n");
	assert_int_equal(drain_begin(root_fd, REGION, "dax0.0"), -EUSERS);
	assert_int_equal(drain_recover(root_fd, "sys/devices/platform/hmem.1"),
			 0);
	/* By one that is alive. */
	lock = act_lock(root_fd, REGION, true);
	assert_true(lock >= 0);
	assert_int_equal(drain_recover(root_fd, NULL), 0);
	assert_true(link_exists(NOTE));
	assert_int_equal(drain_recover(root_fd, REGION), 1);
	assert_false(link_exists(NOTE));
	close(lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_tree_driver),
		cmocka_unit_test(test_has_users),
		cmocka_unit_test(test_users_go),
		cmocka_unit_test(test_recover),
		cmocka_unit_test(test_other_regions),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
