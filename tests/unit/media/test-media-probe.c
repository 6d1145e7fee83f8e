// SPDX-License-Identifier: GPL-2.0-or-later
/* What memory holds, with files in place of the devices. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/text.h"
#include "image.h"
#include "media/probe.h"
#include "tree.h"

#define MIB (UINT64_C(1) << 20)
#define SIZE (16 * MIB)

static struct tree tree;
static char region_path[] = "/devices/ndbus0/region0/dax1.0";
static char name[] = "dax1.0", driver[] = "device_dax";
static struct facts_region region = { .path = region_path };
static struct facts_device device;
static struct facts_snapshot snapshot = {
	.regions = &region,
	.n_regions = 1,
	.devices = &device,
	.n_devices = 1,
};

static void resize(const char *path, uint64_t size)
{
	int fd = openat(tree.fd, path, O_RDWR);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	close(fd);
}

static int set_up(void **state _unused_)
{
	tree_open(&tree);
	tree_mkdir(&tree, "run");
	tree_write(&tree, "dev/dax1.0", "");
	tree_write(&tree, "dev/pmem0", "");
	device = (struct facts_device){
		.name = name,
		.driver = driver,
		.size = SIZE,
		.align = 2 * MIB,
		.users.exclusive = -1,
	};
	resize("dev/dax1.0", SIZE);
	resize("dev/pmem0", SIZE);
	return 0;
}

static int tear_down(void **state _unused_)
{
	tree_close(&tree);
	return 0;
}

/* Into both. */
static void put(uint64_t at, const void *bytes, size_t n)
{
	static const char *const paths[] = { "dev/dax1.0", "dev/pmem0" };

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		int fd = openat(tree.fd, paths[i], O_RDWR);

		assert_int_equal(pwrite(fd, bytes, n, (off_t)at), (ssize_t)n);
		close(fd);
	}
}

static void expect(const char *content)
{
	_cleanup_free_ char *block = NULL, *dax = NULL;

	assert_int_equal(probe_block(tree.fd, "pmem0", &block), 0);
	assert_string_equal(block, content);
	assert_int_equal(probe_device(tree.fd, &snapshot, &device, &dax), 0);
	assert_string_equal(dax, content);
}

static void test_blank(void **state _unused_)
{
	expect("blank");
}

/* Where a sample is, or it is found by nothing. */
static void test_unknown(void **state _unused_)
{
	put(SIZE - 1, "x", 1);
	expect("other");
}

static void test_middle(void **state _unused_)
{
	const uint64_t at = SIZE / 65 * 30;

	put(at - at % 4096 + 17, "x", 1);
	expect("other");
}

/* What programs write, by the program's own table. */
static void check_image(const char *image)
{
	static const char *const paths[] = { "dev/dax1.0", "dev/pmem0" };

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		int fd = openat(tree.fd, paths[i], O_RDWR);

		device.size = image_write(image, fd);
		close(fd);
	}
	expect(image);
}

static void test_images(void **state _unused_)
{
	assert_true(image_each(check_image) > 0);
}

/* What only libblkid knows. */
static void test_blkid(void **state _unused_)
{
	/* nilfs_fs.h: the superblock begins at 1 KiB, its signature 6 bytes
	 * behind; romfs: at the beginning. */
	put(0, "-rom1fs-", 8);
	expect("romfs");
}

/* Both find the same, where both know it. */
static void check_twin(const char *image)
{
	_cleanup_free_ char *name_ = NULL;
	int fd = openat(tree.fd, "dev/pmem0", O_RDWR);

	image_write(image, fd);
	if (!text_starts_with(image, "pmdk-") && strcmp(image, "sqlite3") != 0)
		assert_int_equal(probe_ask_blkid(fd, &name_), 0);
	close(fd);
	if (name_)
		assert_string_equal(name_, image);
}

static void test_twins(void **state _unused_)
{
	assert_true(image_each(check_twin) > 0);
}

/* A signature of another system does not hide what is at the end. */
static void test_md(void **state _unused_)
{
	static const unsigned char magic[] = { 0xfc, 0x4e, 0x2b, 0xa9 };
	unsigned char super[256] = { 0 };
	const uint64_t at = SIZE - 8192; /* version 1.0 */

	memcpy(super, magic, sizeof(magic));
	super[4] = 1;
	for (size_t i = 0; i < 8; i++)
		super[0x90 + i] = (unsigned char)((at / 512) >> (8 * i));
	put(at, super, sizeof(super));
	expect("linux_raid_member");
}

static void expect_error(const char *block, int error)
{
	_cleanup_free_ char *content = NULL;

	assert_int_equal(probe_block(tree.fd, block, &content), error);
	assert_null(content);
}

static void test_hostile_names(void **state _unused_)
{
	char path[400];

	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	expect_error("../dev/pmem0", -EINVAL);
	expect_error(path, -EINVAL);
	expect_error("pmem1", -ENOENT);
	tree_link(&tree, "dev/link", "pmem0");
	expect_error("link", -ELOOP);
	tree_mkdir(&tree, "dev/folder");
	expect_error("folder", -ENOTBLK);
	tree_write(&tree, "dev/empty", "");
	expect_error("empty", -ENODATA);
}

static void expect_device_error(int error)
{
	_cleanup_free_ char *content = NULL;

	assert_int_equal(probe_device(tree.fd, &snapshot, &device, &content),
			 error);
	assert_null(content);
}

/* Memory that is not there is an error, and no signal. */
static void test_failed(void **state _unused_)
{
	resize("dev/dax1.0", SIZE - 4 * MIB);
	expect_device_error(-EFAULT);
}

static void test_exclusive(void **state _unused_)
{
	device.users.exclusive = 1;
	expect_device_error(-EBUSY);
}

static void test_huge(void **state _unused_)
{
	device.size = UINT64_MAX - 4095;
	expect_device_error(-EFBIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_blank),  TEST(test_unknown),
		TEST(test_middle), TEST(test_images),
		TEST(test_blkid),  TEST(test_twins),
		TEST(test_md),	   TEST(test_hostile_names),
		TEST(test_failed), TEST(test_exclusive),
		TEST(test_huge),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
