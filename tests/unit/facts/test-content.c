// SPDX-License-Identifier: GPL-2.0-or-later
/* What persistent memory holds, with a file in place of the device. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "facts/content-load.h"
#include "facts/device-memory.h"
#include "tree.h"

#define MIB (UINT64_C(1) << 20)
#define SIZE (16 * MIB)
#define EDGE (MIB / 4) /* that is read at each end */

static struct tree tree;
static char region_path[] = "/devices/ndbus0/region0/dax1.0";
static char name[] = "dax1.0", driver[] = "device_dax";
static struct facts_region region;
static struct facts_device device;
static struct facts_snapshot snapshot;

static int set_up(void **state _unused_)
{
	tree_open(&tree);
	tree_mkdir(&tree, "run");
	tree_write(&tree, "dev/dax1.0", "");
	region = (struct facts_region){
		.path = region_path,
		.provider = FACTS_PROVIDER_PMEM,
	};
	device = (struct facts_device){
		.name = name,
		.driver = driver,
		.size = SIZE,
		.align = 2 * MIB,
		.users.exclusive = -1,
	};
	snapshot = (struct facts_snapshot){
		.regions = &region,
		.n_regions = 1,
		.devices = &device,
		.n_devices = 1,
	};
	return 0;
}

static int tear_down(void **state _unused_)
{
	tree_close(&tree);
	return 0;
}

/* The memory ends at @size. */
static void resize(uint64_t size)
{
	int fd = openat(tree.fd, "dev/dax1.0", O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	close(fd);
}

static void put(uint64_t at)
{
	int fd = openat(tree.fd, "dev/dax1.0", O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "x", 1, (off_t)at), 1);
	close(fd);
}

/* All of it is read; -1: nothing is found. */
static int64_t find(void)
{
	int fd = device_memory_open(tree.fd, &device);
	uint64_t at = 0;
	int r;

	assert_true(fd >= 0);
	r = device_memory_find_data(fd, &device, &at);
	close(fd);
	assert_in_range(r, 0, 1);
	return r ? (int64_t)at : -1;
}

static void expect(enum content_kind content, enum facts_content_why why)
{
	content_load(tree.fd, &snapshot, NULL);
	assert_int_equal(device.content, content);
	assert_int_equal(facts_device_content_why(&device), why);
}

static void test_nothing(void **state _unused_)
{
	resize(SIZE);
	expect(CONTENT_BLANK, FACTS_CONTENT_KNOWN);
	assert_int_equal(find(), -1);
	device.align = 4096;
	expect(CONTENT_BLANK, FACTS_CONTENT_KNOWN);
}

static void test_used(void **state _unused_)
{
	static const uint64_t places[] = { 0, EDGE - 1, SIZE - 1, SIZE - EDGE };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		resize(0);
		resize(SIZE);
		put(places[i]);
		expect(CONTENT_OTHER, FACTS_CONTENT_KNOWN);
		assert_int_equal(find(), places[i]);
	}
}

/* A page of the samples between the ends, and a byte that none of them has. */
static void test_between(void **state _unused_)
{
	const uint64_t sampled = SIZE / 65 * 32 / 4096 * 4096 + 100;

	resize(SIZE);
	put(sampled);
	expect(CONTENT_OTHER, FACTS_CONTENT_KNOWN);
	resize(0);
	resize(SIZE);
	put(SIZE / 2 + 3);
	expect(CONTENT_BLANK, FACTS_CONTENT_KNOWN);
	assert_int_equal(find(), SIZE / 2 + 3);
}

/* No signal, where memory has failed: here the file is too short. */
static void test_failed_memory(void **state _unused_)
{
	uint64_t at;
	int fd;

	resize(SIZE - 4096);
	expect(CONTENT_UNKNOWN, FACTS_CONTENT_POISON);
	fd = device_memory_open(tree.fd, &device);
	assert_int_equal(device_memory_find_data(fd, &device, &at), -EFAULT);
	close(fd);
	resize(SIZE);
	expect(CONTENT_BLANK, FACTS_CONTENT_KNOWN);
}

/* Nobody looks at other memory, nor at a device that is for one opener. */
static void test_others(void **state _unused_)
{
	resize(SIZE);
	device.users.exclusive = 1;
	expect(CONTENT_UNKNOWN, FACTS_CONTENT_EXCLUSIVE);
	device.users.exclusive = 0;
	device.driver = NULL;
	device.content = CONTENT_UNKNOWN;
	expect(CONTENT_UNKNOWN, FACTS_CONTENT_NOT_DEVDAX);
	device.driver = driver;
	region.provider = FACTS_PROVIDER_HMEM;
	expect(CONTENT_BLANK, FACTS_CONTENT_KNOWN);
	region.provider = FACTS_PROVIDER_PMEM;
	device.align = 0;
	expect(CONTENT_UNKNOWN, FACTS_CONTENT_DENIED);
	device.align = 4096;
	expect(CONTENT_BLANK, FACTS_CONTENT_KNOWN);
}

/* What stands under its name is something else. */
static void test_name(void **state _unused_)
{
	assert_int_equal(unlinkat(tree.fd, "dev/dax1.0", 0), 0);
	device.content = CONTENT_UNKNOWN;
	expect(CONTENT_UNKNOWN, FACTS_CONTENT_GONE);
	tree_write(&tree, "dev/other", "");
	tree_link(&tree, "dev/dax1.0", "other");
	expect(CONTENT_UNKNOWN, FACTS_CONTENT_FAILED);
	tree_link(&tree, "dev/dax1.0", "gone");
	expect(CONTENT_UNKNOWN, FACTS_CONTENT_GONE);
	assert_int_equal(unlinkat(tree.fd, "dev/dax1.0", 0), 0);
	tree_mkdir(&tree, "dev/dax1.0");
	expect(CONTENT_UNKNOWN, FACTS_CONTENT_GONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_used, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_between, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_failed_memory, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_name, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
