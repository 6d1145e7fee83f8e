// SPDX-License-Identifier: GPL-2.0-or-later
/* Trees that no kernel makes: a snapshot of them is poor, never an accident. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#include "facts/model/model.h"
#include "facts/snapshot-read.h"
#include "tree.h"

#define GIB 0x40000000ULL
#define DEVICE "sys/devices/platform/hmem.0/dax0.0"
#define REGION "sys/devices/platform/hmem.0/dax_region"
#define NODE "sys/devices/system/node/node1"
#define BLOCK "sys/devices/system/memory/memory32"

/* One device, one block: a small machine in order. */
static void make_machine(struct tree *tree)
{
	tree_open(tree);
	tree_add_system(tree);
	tree_add_hmem(tree, 0, 0, 4 * GIB, 1024);
	tree_write(tree, DEVICE "/dev", "252:0\n");
	tree_write(tree, DEVICE "/memmap_on_memory", "0\n");
	tree_link(tree, DEVICE "/driver", "../../../../bus/dax/drivers/kmem");
	tree_add_block(tree, 32, 1, "online\n", "Movable\n");
	tree_write(tree, NODE "/access0/initiators/read_bandwidth", "10\n");
}

static const char *const attributes[] = {
	DEVICE "/size",
	DEVICE "/align",
	DEVICE "/target_node",
	DEVICE "/numa_node",
	DEVICE "/memmap_on_memory",
	DEVICE "/dev",
	DEVICE "/driver",
	DEVICE "/mapping0/start",
	DEVICE "/mapping0/end",
	REGION "/id",
	REGION "/size",
	REGION "/available_size",
	REGION "/align",
	"sys/devices/platform/hmem.0/subsystem",
	NODE "/meminfo",
	NODE "/distance",
	NODE "/cpulist",
	NODE "/access0/initiators/read_bandwidth",
	NODE "/memory32",
	BLOCK "/state",
	BLOCK "/valid_zones",
	BLOCK "/node1",
	"sys/bus/dax/devices/dax0.0",
	"sys/devices/system/memory/block_size_bytes",
	"proc/sys/kernel/osrelease",
};

static const struct {
	const char *text;
	size_t length;
} contents[] = {
	{ "", 0 },
	{ "\n", 1 },
	{ "\0", 1 },
	{ "4\0"
	  "2\n",
	  4 },
	{ "-1\n", 3 },
	{ "0\n", 2 },
	{ "1\n", 2 },
	{ "0x\n", 3 },
	{ "18446744073709551615\n", 21 },
	{ "ffffffffffffffff\n", 17 },
	{ "0xffffffffffffffff\n", 19 },
	{ "99999999999999999999999999999999\n", 33 },
	{ "lorem ipsum dolor\n", 18 },
	{ "%s%s%s%n\n", 9 },
	{ "\xff\xfe\x80\x1b[2J\n", 8 },
	{ ":::::\n", 6 },
	{ " MemTotal: \n MemFree:", 21 },
};

/* Whatever happened, what is there hangs together. */
static void check(const struct facts_snapshot *s)
{
	size_t i, k;

	for (i = 0; i < s->n_devices; i++) {
		const struct facts_device *d = &s->devices[i];

		assert_non_null(d->name);
		assert_non_null(d->path);
		assert_non_null(d->identity);
		assert_true(d->region < s->n_regions);
		for (k = 0; k < d->n_blocks; k++)
			assert_true(
				d->blocks[k] < s->n_blocks &&
				(k == 0 || d->blocks[k] > d->blocks[k - 1]));
	}
	for (i = 1; i < s->n_blocks; i++)
		assert_true(s->blocks[i].id > s->blocks[i - 1].id);
	assert_true(s->n_problems <= 257);
}

static void read_and_check(const struct tree *tree)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;

	assert_int_equal(facts_snapshot_read(tree->fd, &s), 0);
	check(s);
}

static void remove_file(const struct tree *tree, const char *path)
{
	assert_int_equal(unlinkat(tree->fd, path, 0), 0);
}

/* Each attribute, one at a time, with each kind of nonsense. */
static void test_garbage(void **state _unused_)
{
	_cleanup_free_ char *huge = malloc(70000);
	size_t i, k;

	memset(huge, '1', 70000);
	for (i = 0; i < ARRAY_SIZE(attributes); i++) {
		_cleanup_tree_ struct tree tree;

		make_machine(&tree);
		for (k = 0; k < ARRAY_SIZE(contents); k++) {
			tree_write_bytes(&tree, attributes[i], contents[k].text,
					 contents[k].length);
			read_and_check(&tree);
		}
		tree_write_bytes(&tree, attributes[i], huge, 70000);
		read_and_check(&tree);
		remove_file(&tree, attributes[i]);
		read_and_check(&tree);
		tree_mkdir(&tree, attributes[i]);
		read_and_check(&tree);
	}
}

static void test_links(void **state _unused_)
{
	static const char *const targets[] = {
		".",
		"..",
		"/",
		"/dev/zero",
		"../../../devices",
		"dax0.0",
		"../../../devices/platform/../../etc/dax0.0",
		"../../../devices/dax0.0",
		"../../../devices//dax0.0",
		"x/",
		"no/such/thing",
	};
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(attributes); i++) {
		_cleanup_tree_ struct tree tree;

		make_machine(&tree);
		for (k = 0; k < ARRAY_SIZE(targets); k++) {
			tree_link(&tree, attributes[i], targets[k]);
			read_and_check(&tree);
		}
		tree_link(&tree, attributes[i],
			  strrchr(attributes[i], '/') + 1); /* itself */
		read_and_check(&tree);
		remove_file(&tree, attributes[i]);
		assert_int_equal(mkfifoat(tree.fd, attributes[i], 0600), 0);
		read_and_check(&tree);
	}
}

static void assert_problem(const struct facts_snapshot *s, const char *wanted)
{
	size_t i;

	for (i = 0; i < s->n_problems; i++)
		if (strcmp(s->problems[i], wanted) == 0)
			return;
	fail_msg("no problem says: %s", wanted);
}

/* A wrong value is unknown, and told. */
static void test_problems(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	make_machine(&tree);
	tree_write(&tree, DEVICE "/mapping0/end", "junk\n");
	tree_write(&tree, DEVICE "/dev", "252\n");
	tree_write(&tree, DEVICE "/target_node", "99999999999\n");
	tree_write(&tree, BLOCK "/state", "lost\n");
	tree_write(&tree, REGION "/id", "7\n");
	assert_int_equal(facts_snapshot_read(tree.fd, &s), 0);
	assert_problem(s, "/" DEVICE "/mapping0/end: "
			  "not of the expected form");
	assert_problem(s, "/" DEVICE "/dev: not MAJOR:MINOR");
	assert_problem(s, "/" DEVICE "/target_node: the number is too large");
	assert_problem(s, "/" REGION "/id: not that of its devices' names");
	assert_int_equal(s->n_problems, 4);
	assert_false(s->devices[0].ranges_known);
	assert_int_equal(s->devices[0].size, GIB); /* from its attribute */
	assert_int_equal(s->devices[0].target_node, -1);
	assert_int_equal(s->devices[0].major, 0);
	assert_int_equal(s->regions[0].id, 0);
	/* unknown ranges and node: nobody's block */
	assert_int_equal(s->n_blocks, 0);
}

static void test_block_problem(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	make_machine(&tree);
	tree_write(&tree, BLOCK "/state", "lost\n");
	assert_int_equal(facts_snapshot_read(tree.fd, &s), 0);
	assert_problem(s, "/" BLOCK ": its state is unknown");
	assert_int_equal(s->n_blocks, 1);
	assert_int_equal(s->blocks[0].state, FACTS_BLOCK_UNKNOWN);
}

static void write_mapping(const struct tree *tree, unsigned int n,
			  const char *start, const char *end)
{
	char path[128];

	snprintf(path, sizeof(path), DEVICE "/mapping%u/start", n);
	tree_write(tree, path, start);
	snprintf(path, sizeof(path), DEVICE "/mapping%u/end", n);
	tree_write(tree, path, end);
}

/* Ranges that overlap, and one as large as they come. */
static void test_ranges(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	make_machine(&tree);
	tree_add_block(&tree, 33, 1, "online\n", "Movable\n");
	write_mapping(&tree, 1, "0x1\n", "0xffffffffffffffff\n");
	write_mapping(&tree, 2, "0x100000000\n", "0x13fffffff\n");
	assert_int_equal(facts_snapshot_read(tree.fd, &s), 0);
	check(s);
	assert_true(s->devices[0].ranges_known);
	assert_int_equal(s->devices[0].n_ranges, 3);
	assert_int_equal(s->devices[0].ranges[0].start, 1);
	assert_int_equal(s->devices[0].n_blocks, 2);
}

static void test_backward_range(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	make_machine(&tree);
	write_mapping(&tree, 1, "0x2000\n", "0x1000\n");
	assert_int_equal(facts_snapshot_read(tree.fd, &s), 0);
	assert_false(s->devices[0].ranges_known);
	assert_int_equal(s->devices[0].n_ranges, 0);
	assert_int_equal(s->n_problems, 1);
}

static void test_odd_names(void **state _unused_)
{
	static const char *const names[] = {
		"dax",
		"dax0",
		"dax0.",
		"dax.0",
		"dax00.0",
		"dax0.0x",
		"dax-1.0",
		"dax0.0.0",
		"x",
		"dax0.00",
		"dax 0.0",
		"dax99999999999999999999.0",
		"dax2147483648.0",
	};
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;
	char path[128], target[128];
	size_t i;

	make_machine(&tree);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "sys/bus/dax/devices/%s",
			 names[i]);
		snprintf(target, sizeof(target), "../../../devices/x/%s",
			 names[i]);
		tree_link(&tree, path, target);
	}
	tree_mkdir(&tree, "sys/devices/system/node/node99999999999");
	tree_mkdir(&tree, "sys/devices/system/memory/memory0x20");
	assert_int_equal(facts_snapshot_read(tree.fd, &s), 0);
	check(s);
	assert_int_equal(s->n_devices, 1);
	assert_int_equal(s->n_nodes, 2);
	assert_int_equal(s->n_blocks, 1);
}

/* A link to nothing is a device that has gone. */
static void test_vanished(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	make_machine(&tree);
	tree_link(&tree, "sys/bus/dax/devices/dax5.0",
		  "../../../devices/platform/hmem.5/dax5.0");
	assert_int_equal(facts_snapshot_read(tree.fd, &s), 0);
	assert_int_equal(s->n_devices, 1);
	assert_int_equal(s->n_regions, 1);
	assert_int_equal(s->n_problems, 0);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void test_thousand(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;
	double start;
	unsigned int i;

	tree_open(&tree);
	tree_add_system(&tree);
	for (i = 0; i < 1000; i++) {
		tree_add_hmem(&tree, i % 7, i, 4 * GIB + i * 2 * GIB, 1024);
		tree_add_block(&tree, 32 + i * 16, 1, "what\n", "Movable\n");
	}
	start = seconds();
	assert_int_equal(facts_snapshot_read(tree.fd, &s), 0);
	/* quadratic would be minutes */
	assert_true(seconds() - start < 10);
	check(s);
	assert_int_equal(s->n_devices, 1000);
	assert_int_equal(s->n_regions, 7);
	assert_int_equal(s->n_blocks, 1000);
	assert_int_equal(s->devices[999].n_blocks, 1);
	assert_int_equal(s->n_problems, 257);
	assert_string_equal(s->problems[256],
			    "there are more problems than these");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_block_problem),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_backward_range),
		cmocka_unit_test(test_odd_names),
		cmocka_unit_test(test_vanished),
		cmocka_unit_test(test_thousand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
