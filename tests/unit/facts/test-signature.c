// SPDX-License-Identifier: GPL-2.0-or-later
/* What signatures say: of what programs write, and of what is nearly that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "facts/signature.h"
#include "image.h"

#define KIB 1024
#define SIZE (1024 * KIB)

static int memory;

static int set_up(void **state _unused_)
{
	memory = memfd_create("image", MFD_CLOEXEC);
	return ftruncate(memory, SIZE);
}

static int tear_down(void **state _unused_)
{
	return close(memory);
}

static void put(uint64_t at, const void *bytes, size_t n)
{
	assert_int_equal(pwrite(memory, bytes, n, (off_t)at), (ssize_t)n);
}

static void empty(uint64_t size)
{
	assert_int_equal(ftruncate(memory, 0), 0);
	assert_int_equal(ftruncate(memory, (off_t)size), 0);
}

static const char *find(uint64_t size)
{
	enum content_kind kind = CONTENT_UNKNOWN;

	assert_int_equal(signature_find(memory, size, &kind), 0);
	return content_kind_name(kind);
}

static void check_image(const char *name)
{
	const uint64_t size = image_write(name, memory);

	assert_string_equal(find(size), name);
}

static void test_images(void **state _unused_)
{
	assert_int_equal(image_each(check_image), 15);
}

/* What no program here makes, as the headers say that it is. */
static void test_bytes(void **state _unused_)
{
	static const struct {
		const char *name;
		uint64_t at;
		const char *bytes;
		size_t n;
	} rows[] = {
		{ "famfs", 0, "\xff\x82\xb2\x87\0\0\0\0", 8 },
		{ "pfn-info", 4096, "NVDIMM_PFN_INFO", 16 },
		{ "dax-info", 4096, "NVDIMM_DAX_INFO", 16 },
		{ "btt-info", 4096, "BTT_ARENA_INFO\0", 16 },
		{ "oracleasm", 32, "ORCLDISK", 8 },
		{ "ceph_bluestore", 0, "bluestore block device\n", 23 },
		{ "daxbroker-cache", 0, "DXCache1", 8 },
		{ "swsuspend", 4086, "S1SUSPEND", 10 },
		{ "swap", 65526, "SWAPSPACE2", 10 },
		{ "swap", 4086, "SWAP-SPACE", 10 },
		{ "gpt", 4096, "EFI PART", 8 },
		{ "linux_raid_member", 0, "\xfc\x4e\x2b\xa9\1\0\0\0", 8 },
		{ "linux_raid_member", 4096, "\xfc\x4e\x2b\xa9\1\0\0\0", 8 },
		{ "linux_raid_member", SIZE - 8192, "\xfc\x4e\x2b\xa9\1\0\0\0",
		  8 },
		{ "linux_raid_member", SIZE - 65536, "\xfc\x4e\x2b\xa9\0\0\0\0",
		  8 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		empty(SIZE);
		put(rows[i].at, rows[i].bytes, rows[i].n);
		assert_string_equal(find(SIZE), rows[i].name);
		/* The last byte that is no zero. */
		put(rows[i].at + strlen(rows[i].bytes) - 1, "", 1);
		if (rows[i].n < 23)
			assert_string_equal(find(SIZE), "other");
		put(rows[i].at, "", 1);
		assert_string_equal(find(SIZE), "other");
	}
}

/* Every sector that a label may be in, and no other one. */
static void test_label(void **state _unused_)
{
	for (uint64_t sector = 0; sector < 5; sector++) {
		empty(SIZE);
		put(sector * 512, "LABELONE", 8);
		assert_string_equal(find(SIZE), "other");
		put(sector * 512 + 24, "LVM2 001", 8);
		assert_string_equal(find(SIZE),
				    sector < 4 ? "LVM2_member" : "other");
	}
}

/* Two are ambiguous, twice the same is not. */
static void test_several(void **state _unused_)
{
	image_write("ext4", memory);
	put(0, "PMEMOBJ", 8);
	assert_string_equal(find(SIZE), "ambiguous");
	put(0, "XFSB", 4);
	put(4086, "SWAPSPACE2", 10);
	assert_string_equal(find(SIZE), "ambiguous");
	empty(SIZE);
	put(512, "EFI PART", 8);
	put(4096, "EFI PART", 8);
	assert_string_equal(find(SIZE), "gpt");
}

/* Two bytes are not enough for a file system. */
static void test_ext(void **state _unused_)
{
	static const struct {
		unsigned int at;
		unsigned char byte;
		const char *kind;
	} changes[] = {
		{ 0x4c, 2, "other" },	 /* revision */
		{ 0x18, 7, "other" },	 /* block size */
		{ 0x60, 0x08, "other" }, /* a journal's own device */
		{ 0x60, 0, "ext4" },	 /* by its features for reading only */
		{ 0x39, 0xee, "other" }, /* the signature */
	};

	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		image_write("ext4", memory);
		put(1024 + changes[i].at, &changes[i].byte, 1);
		assert_string_equal(find(SIZE), changes[i].kind);
	}
}

/* Memory may be smaller than where a signature would be. */
static void test_small(void **state _unused_)
{
	static const uint64_t sizes[] = { 1,	511,  1024,  1100, 4095,
					  4096, 8191, 65535, 65536 };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		empty(sizes[i]);
		assert_string_equal(find(sizes[i]), "other");
	}
	empty(4111);
	put(4096, "NVDIMM_PFN_INFO", 15);
	assert_string_equal(find(4111), "other");
}

static void test_error(void **state _unused_)
{
	enum content_kind kind = CONTENT_XFS;

	assert_true(signature_find(-1, SIZE, &kind) < 0);
	assert_int_equal(kind, CONTENT_XFS);
}

static void test_names(void **state _unused_)
{
	for (enum content_kind k = CONTENT_UNKNOWN + 1; k < CONTENT_KIND_COUNT;
	     k++) {
		const char *name = content_kind_name(k);

		assert_int_equal(content_kind_find(name, strlen(name)), k);
		assert_int_equal(content_kind_find(name, strlen(name) - 1) == k,
				 0);
	}
	assert_int_equal(content_kind_find("ext4,xfs", 4), CONTENT_EXT4);
	assert_int_equal(content_kind_find("unknown", 7), CONTENT_UNKNOWN);
	assert_string_equal(content_kind_nearest("LUKS"), "crypto_LUKS");
	assert_string_equal(content_kind_nearest("ext5"), "ext2");
	assert_null(content_kind_nearest("something"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_images),  TEST(test_bytes), TEST(test_label),
		TEST(test_several), TEST(test_ext),   TEST(test_small),
		TEST(test_error),   TEST(test_names),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
