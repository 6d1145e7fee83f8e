// SPDX-License-Identifier: GPL-2.0-or-later
/* What leases use of the real world: hang-ups and character devices. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>

#include "../policy/tree.h"
#include "basic/cleanup.h"
#include "broker/event-loop.h"
#include "broker/lease/fifo.h"

static sd_event *event;
static struct tree root;
static struct event_loop loop;
static struct broker_interface interface;

static int set_up(void **state _unused_)
{
	assert_true(sd_event_new(&event) >= 0);
	tree_make(&root);
	tree_folder(&root, "run", 0755);
	tree_folder(&root, "dev", 0755);
	loop = (struct event_loop){ .event = event, .root_fd = root.fd };
	interface = event_loop_interface(&loop);
	return 0;
}

static int tear_down(void **state _unused_)
{
	tree_remove(&root);
	sd_event_unref(event);
	return 0;
}

static void on_hang_up(void *userdata)
{
	++*(unsigned int *)userdata;
}

static void run(void)
{
	while (sd_event_run(event, 0) > 0)
		break;
}

static void test_hang_up(void **state _unused_)
{
	struct broker_watch *watch;
	unsigned int n = 0;
	int reader, writer;

	assert_int_equal(lease_fifo_make(root.fd, 7, &reader, &writer), 0);
	assert_int_equal(interface.watch_new(interface.outside, reader,
					     on_hang_up, &n, &watch),
			 0);
	run();
	/* What a client writes wakes nobody. */
	assert_int_equal(write(writer, "x", 1), 1);
	run();
	assert_int_equal(n, 0);
	close(writer);
	run();
	assert_int_equal(n, 1);
	run();
	assert_int_equal(n, 2);
	interface.watch_free(watch);
	run();
	assert_int_equal(n, 2);
	interface.watch_free(NULL);
	close(reader);
}

/* A file, a link, another device, and nothing: none is opened. */
static void test_device(void **state _unused_)
{
	assert_int_equal(
		interface.device_open(interface.outside, "dax0.0", 1, 3),
		-ENOENT);
	tree_text(&root, "dev/dax0.0", "");
	assert_int_equal(
		interface.device_open(interface.outside, "dax0.0", 1, 3),
		-ENXIO);
	assert_int_equal(symlinkat("/dev/null", root.fd, "dev/dax0.1"), 0);
	assert_true(interface.device_open(interface.outside, "dax0.1", 1, 3) <
		    0);
	assert_int_equal(mkfifoat(root.fd, "dev/dax0.2", 0600), 0);
	assert_int_equal(
		interface.device_open(interface.outside, "dax0.2", 1, 3),
		-ENXIO);
}

static void test_real_device(void **state _unused_)
{
	_cleanup_close_ int slash = open("/", O_RDONLY | O_DIRECTORY);
	int fd;

	loop.root_fd = slash;
	fd = interface.device_open(interface.outside, "null", 1, 3);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
	assert_int_equal(interface.device_open(interface.outside, "null", 1, 5),
			 -ENXIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_hang_up, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_device, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_real_device, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
