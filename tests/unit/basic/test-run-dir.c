// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/run-dir.h"

#define RUN "run/daxbroker"

static char path[] = "/tmp/daxbroker-XXXXXX";

static int setup(void **state)
{
	static int root_fd;

	if (!mkdtemp(path))
		return -1;
	root_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = &root_fd;
	return root_fd < 0 ? -1 : mkdirat(root_fd, "run", 0755);
}

static int teardown(void **state)
{
	int root_fd = *(int *)*state;

	unlinkat(root_fd, RUN, AT_REMOVEDIR);
	unlinkat(root_fd, "run", AT_REMOVEDIR);
	close(root_fd);
	return rmdir(path);
}

static void test_missing(void **state)
{
	int root_fd = *(int *)*state;

	assert_int_equal(run_dir_open_file(root_fd, "note", O_RDONLY), -ENOENT);
	assert_int_equal(run_dir_remove(root_fd, "note"), 0);
	assert_int_not_equal(faccessat(root_fd, RUN, F_OK, 0), 0);
}

static void test_file(void **state)
{
	int root_fd = *(int *)*state;
	struct stat st;
	int fd;

	fd = run_dir_open_file(root_fd, "note", O_RDWR | O_CREAT);
	assert_true(fd >= 0);
	assert_int_equal(fstatat(root_fd, RUN "/note", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	close(fd);
	assert_int_equal(run_dir_remove(root_fd, "note"), 0);
	assert_int_not_equal(faccessat(root_fd, RUN "/note", F_OK, 0), 0);
}

static void test_link(void **state)
{
	int root_fd = *(int *)*state;
	int dir = run_dir_open(root_fd);

	assert_true(dir >= 0);
	assert_int_equal(symlinkat("elsewhere", dir, "note"), 0);
	assert_int_equal(run_dir_open_file(root_fd, "note", O_RDWR | O_CREAT),
			 -ELOOP);
	assert_int_equal(run_dir_remove(root_fd, "note"), 0);
	close(dir);
}

/* An absolute link begins at the root, and none leads out of it. */
static void test_root(void **state)
{
	int root_fd = *(int *)*state, fd;
	char outside[] = "/tmp/daxbroker-XXXXXX";

	assert_non_null(mkdtemp(outside));
	assert_int_equal(renameat(root_fd, "run", root_fd, "real"), 0);
	assert_int_equal(symlinkat(outside, root_fd, "run"), 0);
	assert_int_equal(run_dir_open(root_fd), -ENOENT);
	assert_int_equal(run_dir_open_file(root_fd, "x", O_RDWR | O_CREAT),
			 -ENOENT);
	assert_int_equal(rmdir(outside), 0); /* it is empty */

	assert_int_equal(unlinkat(root_fd, "run", 0), 0);
	assert_int_equal(symlinkat("/../real", root_fd, "run"), 0);
	fd = run_dir_open_file(root_fd, "x", O_RDWR | O_CREAT);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(unlinkat(root_fd, "real/daxbroker/x", 0), 0);
	assert_int_equal(unlinkat(root_fd, "run", 0), 0);
	assert_int_equal(renameat(root_fd, "real", root_fd, "run"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_root),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
