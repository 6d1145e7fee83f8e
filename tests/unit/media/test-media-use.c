// SPDX-License-Identifier: GPL-2.0-or-later
/* Who uses block devices and CXL memory, and what text from outside does. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "media/block-use.h"
#include "media/cxl-region.h"
#include "media/mount-table.h"
#include "tree.h"

#define CLASS "sys/class/block/"

static struct tree tree;
static struct media_list *list;

static int set_up(void **state _unused_)
{
	tree_open(&tree);
	tree_write(&tree, CLASS "pmem0/dev", "259:0\n");
	tree_write(&tree, CLASS "pmem0/queue/dax", "1\n");
	tree_mkdir(&tree, CLASS "pmem0/holders");
	list = calloc(1, sizeof(*list));
	return 0;
}

static int tear_down(void **state _unused_)
{
	media_list_free(list);
	tree_close(&tree);
	return 0;
}

static void mounts(const char *text)
{
	tree_write(&tree, "proc/self/mountinfo", text);
}

/* The uses of pmem0, as "kind name type dax|...". */
static const char *uses_of(const char *blockdev, const char *chardev)
{
	static char text[8192];
	_cleanup_block_use_ struct block_use use = { 0 };
	struct media *media =
		media_list_add(list, MEDIA_NAMESPACE, "namespace0.0");
	size_t n = 0;

	media->blockdev = blockdev ? strdup(blockdev) : NULL;
	media->chardev = chardev ? strdup(chardev) : NULL;
	assert_int_equal(block_use_open(tree.fd, &use), 0);
	assert_int_equal(block_use_find(&use, media), 0);
	text[0] = '\0';
	for (size_t i = 0; i < media->n_uses; i++) {
		const struct media_use *u = &media->uses[i];
		const char *dax = media_dax_name(u->dax);

		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "%s%s %s %s %s", i ? "|" : "",
				      media_use_name(u->kind), u->name,
				      u->type ? u->type : "-", dax ? dax : "-");
		assert_true(n < sizeof(text));
	}
	return text;
}

static void test_unused(void **state _unused_)
{
	assert_string_equal(uses_of("pmem0", NULL), "");
	mounts("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
	assert_string_equal(uses_of("pmem0", NULL), "");
	assert_string_equal(uses_of("pmem7", NULL), "");
	assert_string_equal(uses_of(NULL, NULL), "");
}

static void expect_dax(const char *type, const char *options,
		       const char *expected)
{
	char line[256];

	snprintf(line, sizeof(line),
		 "40 22 259:0 / /mnt rw,relatime shared:9 - %s /dev/pmem0 %s\n",
		 type, options);
	mounts(line);
	snprintf(line, sizeof(line), "mount /mnt %s %s", type, expected);
	assert_string_equal(uses_of("pmem0", NULL), line);
}

static void test_dax(void **state _unused_)
{
	expect_dax("ext4", "rw,dax=always", "always");
	expect_dax("ext4", "rw,dax,nouser", "always");
	expect_dax("xfs", "rw,dax=inode,inode64", "inode");
	expect_dax("xfs", "dax=never", "never");
	expect_dax("ext4", "rw", "inode");
	expect_dax("xfs", "rw,daxes=1,nodax", "inode");
	expect_dax("btrfs", "rw", "never");
	expect_dax("ext4", "rw,dax=alwaysnot", "-");
	expect_dax("ext4", "rw,dax=alw", "-");
	tree_write(&tree, CLASS "pmem0/queue/dax", "0\n");
	expect_dax("ext4", "rw", "never");
	tree_write(&tree, CLASS "pmem0/queue/dax", "x\n");
	expect_dax("ext4", "rw", "never");
}

static void test_where(void **state _unused_)
{
	mounts("40 22 259:0 / /mnt/a\\040b\\134 rw - ext4 /dev/pmem0 rw\n"
	       "41 22 259:0 /x /srv\\9\\77 rw master:1 - ext4 /dev/pmem0 rw\n"
	       "42 22 0:55 / /btr rw - btrfs /dev/pmem0 rw\n"
	       "43 22 259:1 / /other rw - ext4 /dev/pmem01 rw\n");
	assert_string_equal(uses_of("pmem0", NULL),
			    "mount /mnt/a b\\ ext4 inode|"
			    "mount /srv\\9\\77 ext4 inode|"
			    "mount /btr btrfs never");
}

/* Lines of another form are left out. */
static void test_hostile_mounts(void **state _unused_)
{
	mounts("\n - \n40 22 259:0 / /mnt - ext4 /dev/pmem0 rw\n"
	       "40 22 259:0 / /mnt rw - ext4\n"
	       "40 22 x:y / /mnt rw - ext4 /dev/pmem0 rw\n"
	       "40 22 259:0 / /end rw - ext4 /dev/pmem0 rw,dax=");
	assert_string_equal(uses_of("pmem0", NULL), "mount /end ext4 always");
}

static void test_swap(void **state _unused_)
{
	tree_write(&tree, "proc/swaps",
		   "Filename\tType\tSize\n/dev/pmem01 partition 1\n");
	assert_string_equal(uses_of("pmem0", NULL), "");
	tree_write(&tree, "proc/swaps",
		   "Filename\tType\n/dev/pmem0  partition\t1 0 -2\n");
	assert_string_equal(uses_of("pmem0", NULL), "swap pmem0 - -");
}

/* What is mounted of a device upon it is a use of the memory. */
static void test_holders(void **state _unused_)
{
	tree_mkdir(&tree, CLASS "pmem0/holders/dm-0");
	tree_mkdir(&tree, CLASS "pmem0/holders/md127");
	tree_write(&tree, CLASS "dm-0/dev", "253:0\n");
	tree_write(&tree, CLASS "dm-0/dm/name", "vg-data\n");
	tree_write(&tree, CLASS "dm-0/queue/dax", "1\n");
	mounts("40 22 253:0 / /data rw - xfs /dev/mapper/vg-data rw\n");
	assert_true(strstr(uses_of("pmem0", NULL),
			   "dm dm-0 vg-data -|mount /data xfs inode"));
	assert_true(strstr(uses_of("pmem0", NULL), "md md127 - -"));
	tree_mkdir(&tree, CLASS "pmem0/holders/bcache0");
	assert_true(strstr(uses_of("pmem0", NULL), "holder bcache0 - -"));
}

static void test_circle(void **state _unused_)
{
	tree_mkdir(&tree, CLASS "pmem0/holders/dm-0");
	tree_mkdir(&tree, CLASS "dm-0/holders/dm-0");
	uses_of("pmem0", NULL);
	assert_in_range(list->items[0].n_uses, 8, 12);
}

static void test_many(void **state _unused_)
{
	tree_mkdir(&tree, CLASS "pmem0/holders/dm-0");
	for (unsigned int i = 0; i < 20; i++) {
		char path[64];

		snprintf(path, sizeof(path), CLASS "dm-0/holders/dm-%u", i);
		tree_mkdir(&tree, path);
	}
	uses_of("pmem0", NULL);
	assert_in_range(list->items[0].n_uses, 60, 68);
}

static void test_loop(void **state _unused_)
{
	tree_write(&tree, CLASS "loop0/loop/backing_file", "/dev/pmem0\n");
	tree_write(&tree, CLASS "loop1/loop/backing_file", "/dev/pmem0s\n");
	tree_write(&tree, CLASS "loop2/loop/backing_file", "/srv/pmem0\n");
	tree_mkdir(&tree, CLASS "loop3");
	assert_string_equal(uses_of("pmem0", NULL), "loop loop0 - -");
}

static void test_partition(void **state _unused_)
{
	tree_write(&tree, CLASS "pmem0/pmem0p1/partition", "1\n");
	tree_write(&tree, CLASS "pmem0p1/dev", "259:1\n");
	mounts("40 22 259:1 / /part rw - ext4 /dev/pmem0p1 rw\n");
	assert_string_equal(uses_of("pmem0", NULL), "mount /part ext4 inode");
}

static void test_famfs(void **state _unused_)
{
	mounts("40 22 0:60 / /shared rw - famfs /dev/dax0.0 rw\n"
	       "41 22 0:61 / /not rw - famfs /dev/dax0.01 rw\n");
	assert_string_equal(uses_of(NULL, "dax0.0"),
			    "mount /shared famfs always");
}

static void add_cxl(const char *decoder)
{
	media_list_add(list, MEDIA_MEMDEV, "mem0");
	media_list_add(list, MEDIA_MEMDEV, "mem1");
	media_list_add(list, MEDIA_DECODER, "decoder0.0");
	tree_mkdir(&tree, "sys/devices/root0/decoder0.0/region0");
	tree_write(&tree, "sys/devices/root0/decoder0.0/region0/target0",
		   decoder);
	tree_write(&tree, "sys/devices/root0/decoder0.0/region0/target1",
		   "decoder2.0\n");
	tree_mkdir(&tree, "sys/devices/mem0");
	tree_mkdir(&tree, "sys/devices/endpoint2/decoder2.0");
	tree_link(&tree, "sys/devices/endpoint2/uport", "../mem0");
	tree_link(&tree, "sys/bus/cxl/devices/region0",
		  "../../../devices/root0/decoder0.0/region0");
	tree_link(&tree, "sys/bus/cxl/devices/decoder2.0",
		  "../../../devices/endpoint2/decoder2.0");
	assert_int_equal(cxl_region_find_users(tree.fd, list), 0);
}

static void test_cxl(void **state _unused_)
{
	add_cxl("decoder2.0\n");
	/* Once, though it is two targets. */
	assert_int_equal(list->items[0].n_uses, 1);
	assert_string_equal(list->items[0].uses[0].name, "region0");
	assert_int_equal(list->items[1].n_uses, 0);
	assert_int_equal(list->items[2].n_uses, 1);
}

static void test_hostile_cxl(void **state _unused_)
{
	tree_mkdir(&tree, "sys/bus/cxl/x/decoder2.0");
	tree_link(&tree, "sys/bus/cxl/x/uport", "/sys/devices/mem1");
	tree_mkdir(&tree, "sys/devices/mem1");
	add_cxl("../x/decoder2.0\n");
	assert_int_equal(list->items[0].n_uses, 1);
	assert_int_equal(list->items[1].n_uses, 0);
}

static void test_no_cxl(void **state _unused_)
{
	assert_int_equal(cxl_region_find_users(tree.fd, list), 0);
}

static void test_sorted(void **state _unused_)
{
	media_list_add(list, MEDIA_MEMDEV, "mem10");
	media_list_add(list, MEDIA_MEMDEV, "mem9");
	media_list_add(list, MEDIA_NAMESPACE, "namespace0.0")->blockdev =
		strdup("pmem0");
	media_list_sort(list);
	assert_string_equal(list->items[0].name, "namespace0.0");
	assert_string_equal(list->items[1].name, "mem9");
	assert_ptr_equal(media_list_find(list, "pmem0"), &list->items[0]);
	assert_ptr_equal(media_list_find(list, "mem10"), &list->items[2]);
	assert_null(media_list_find(list, "mem1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_unused),	TEST(test_dax),
		TEST(test_where),	TEST(test_hostile_mounts),
		TEST(test_swap),	TEST(test_holders),
		TEST(test_circle),	TEST(test_many),
		TEST(test_loop),	TEST(test_partition),
		TEST(test_famfs),	TEST(test_cxl),
		TEST(test_hostile_cxl), TEST(test_no_cxl),
		TEST(test_sorted),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
