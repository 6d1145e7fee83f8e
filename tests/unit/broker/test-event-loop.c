// SPDX-License-Identifier: GPL-2.0-or-later
/* What leases use of the real world: hang-ups, devices, what memory is used
 * for.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
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

#define PAGES 64
#define FREE (UINT64_C(1) << 10)
#define ANON (UINT64_C(1) << 5 | UINT64_C(1) << 11 | UINT64_C(1) << 12)

struct measured {
	uint64_t costs[3];
	size_t n;
	unsigned int calls;
};

static void on_measured(const uint64_t *costs, size_t n, void *userdata)
{
	struct measured *measured = userdata;

	measured->calls++;
	measured->n = n;
	memcpy(measured->costs, costs, n * sizeof(*costs));
	sd_event_exit(event, 0);
}

static struct phys_range pages(uint64_t first)
{
	const uint64_t size = (uint64_t)sysconf(_SC_PAGESIZE);

	return (struct phys_range){ first * size, (first + PAGES) * size - 1 };
}

static void make_flags(void)
{
	int fd;

	tree_folder(&root, "proc", 0755);
	fd = openat(root.fd, "proc/kpageflags", O_WRONLY | O_CREAT, 0600);
	for (size_t i = 0; i < (size_t)2 * PAGES; i++) {
		const uint64_t flags = i < PAGES ? FREE : ANON;

		assert_int_equal(write(fd, &flags, sizeof(flags)),
				 sizeof(flags));
	}
	close(fd);
}

/* In another process, and as far as it can be read. */
static void test_measured(void **state _unused_)
{
	const struct phys_range ranges[] = { pages(0), pages(PAGES),
					     pages((uint64_t)2 * PAGES) };
	struct measured measured = { .n = 9 };
	struct measurer *measurer;

	make_flags();
	assert_int_equal(interface.measure_start(interface.outside, ranges, 3,
						 on_measured, &measured,
						 &measurer),
			 0);
	assert_true(sd_event_loop(event) >= 0);
	interface.measure_free(measurer);
	assert_int_equal(measured.calls, 1);
	assert_int_equal(measured.n, 2);
	assert_int_equal(measured.costs[0], 0);
	assert_true(measured.costs[1] > 0);
}

static void test_not_measured(void **state _unused_)
{
	const struct phys_range range = pages(0);
	struct measured measured = { .n = 9 };
	struct measurer *measurer;

	/* There is no such file, and nobody waits for the end. */
	assert_int_equal(interface.measure_start(interface.outside, &range, 1,
						 on_measured, &measured,
						 &measurer),
			 0);
	interface.measure_free(measurer);
	run();
	assert_int_equal(measured.calls, 0);
	assert_int_equal(interface.measure_start(interface.outside, &range, 1,
						 on_measured, &measured,
						 &measurer),
			 0);
	assert_true(sd_event_loop(event) >= 0);
	interface.measure_free(measurer);
	assert_int_equal(measured.n, 0);
	interface.measure_free(NULL);
}

int main(void)
{
	sigset_t signals;

	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_hang_up, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_device, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_real_device, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_measured, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_not_measured, set_up,
						tear_down),
	};

	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
