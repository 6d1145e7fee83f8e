// SPDX-License-Identifier: GPL-2.0-or-later
/* Trees made by hand, for what no recorded machine shows. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "facts/memory-block.h"
#include "facts/model/model.h"
#include "facts/snapshot-read.h"
#include "tree.h"

#define GIB 0x40000000ULL
#define HMEM "sys/devices/platform/hmem.0"
#define UUID "3e6a4b1c-0000-4d5e-8f00-123456789abc"
#define UPPER_UUID "3E6A4B1C-0000-4D5E-8F00-123456789ABC"

static struct facts_snapshot *snapshot_of(const struct tree *tree)
{
	struct facts_snapshot *s = NULL;
	size_t i;

	assert_int_equal(facts_snapshot_read(tree->fd, &s), 0);
	for (i = 0; i < s->n_problems; i++)
		print_error("problem: %s\n", s->problems[i]);
	assert_int_equal(s->n_problems, 0);
	return s;
}

static void test_no_sysfs(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;
	struct facts_snapshot *s = NULL;

	tree_open(&tree);
	assert_int_equal(facts_snapshot_read(tree.fd, &s), -ENOENT);
	tree_write(&tree, "sys/devices/system", "");
	assert_int_equal(facts_snapshot_read(tree.fd, &s), -ENOTDIR);
	assert_null(s);
}

static void test_empty(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_mkdir(&tree, "sys/devices/system");
	s = snapshot_of(&tree);
	assert_int_equal(s->n_devices, 0);
	assert_int_equal(s->n_nodes, 0);
	assert_int_equal(s->kernel.block_size, 0);
	assert_null(s->kernel.release);
	assert_false(s->kernel.has_dax_bus);
	assert_null(facts_find_device(s, "dax0.0"));
	assert_null(facts_find_node(s, 0));
}

static void test_order(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	const char *const wanted[] = { "dax2.0", "dax9.2", "dax9.9", "dax9.10",
				       "dax10.0" };
	_cleanup_tree_ struct tree tree;
	size_t i;

	tree_open(&tree);
	tree_add_system(&tree);
	tree_add_hmem(&tree, 10, 0, 5 * GIB, 256);
	tree_add_hmem(&tree, 9, 10, 6 * GIB, 256);
	tree_add_hmem(&tree, 9, 2, 7 * GIB, 256);
	tree_add_hmem(&tree, 2, 0, 8 * GIB, 256);
	tree_add_hmem(&tree, 9, 9, 9 * GIB, 256);
	s = snapshot_of(&tree);
	assert_int_equal(s->n_regions, 3);
	assert_int_equal(s->n_devices, ARRAY_SIZE(wanted));
	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		assert_string_equal(s->devices[i].name, wanted[i]);
		assert_ptr_equal(facts_find_device(s, wanted[i]),
				 &s->devices[i]);
	}
	assert_int_equal(s->regions[2].id, 10);
	assert_int_equal(facts_device_region(s, &s->devices[3])->id, 9);
	assert_string_equal(s->regions[1].path, "/devices/platform/hmem.9");
	assert_true(s->regions[1].dynamic);
}

static void test_identity(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_add_system(&tree);
	tree_add_hmem(&tree, 0, 0, 4 * GIB, 256);
	tree_write(&tree, HMEM "/dax0.0/mapping1/start", "0x200000000\n");
	tree_write(&tree, HMEM "/dax0.0/mapping1/end", "0x20fffffff\n");
	s = snapshot_of(&tree);
	assert_string_equal(s->devices[0].identity,
			    "hmem:0x100000000-0x10fffffff"
			    "+0x200000000-0x20fffffff");
	assert_int_equal(s->devices[0].size, GIB / 2);
	assert_int_equal(s->devices[0].possible_blocks, 4);
}

/* A device that has grown into a gap below it. */
static void test_shuffled(void **state _unused_)
{
	static const char *const offsets[] = { "0x20000\n", "0x0\n" };

	for (int i = 0; i < 2; i++) {
		_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
		_cleanup_tree_ struct tree tree;

		tree_open(&tree);
		tree_add_system(&tree);
		tree_add_hmem(&tree, 0, 0, 8 * GIB, 256);
		tree_write(&tree, HMEM "/dax0.0/mapping0/page_offset",
			   offsets[i]);
		tree_write(&tree, HMEM "/dax0.0/mapping1/page_offset",
			   offsets[!i]);
		tree_write(&tree, HMEM "/dax0.0/mapping1/start",
			   "0x100000000\n");
		tree_write(&tree, HMEM "/dax0.0/mapping1/end", "0x10fffffff\n");
		s = snapshot_of(&tree);
		assert_int_equal(s->devices[0].n_ranges, 2);
		assert_int_equal(s->devices[0].ranges[0].start, 4 * GIB);
		assert_int_equal(s->devices[0].shuffled, i);
	}
}

/* Where a region starts is told by its devices where they fill it, else by one
 * that has no memory. */
static void test_region_start(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *filled = NULL,
						       *partly = NULL,
						       *told = NULL;
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_add_system(&tree);
	tree_add_hmem(&tree, 0, 0, 4 * GIB, 256);
	filled = snapshot_of(&tree);
	assert_int_equal(filled->regions[0].start, 4 * GIB);
	tree_write(&tree, HMEM "/dax_region/size", "536870912\n");
	partly = snapshot_of(&tree);
	assert_int_equal(partly->regions[0].start, 0);
	tree_write(&tree, HMEM "/dax0.1/size", "0\n");
	tree_write(&tree, HMEM "/dax0.1/resource", "0xf0000000\n");
	tree_link(&tree, "sys/bus/dax/devices/dax0.1",
		  "../../../devices/platform/hmem.0/dax0.1");
	told = snapshot_of(&tree);
	assert_int_equal(told->regions[0].start, 0xf0000000);
}

/* One namespace per region of the nd bus; its UUID is the device's. */
static void add_pmem(const struct tree *tree, const char *name,
		     const char *uuid)
{
	char path[256], target[256];
	const char *dir = "sys/devices/LNXSYSTM:00/ndbus0/region0";

	snprintf(path, sizeof(path), "%s/%s/dax_region/id", dir, name);
	tree_write(tree, path, "0\n");
	snprintf(path, sizeof(path), "%s/%s/dax_region/size", dir, name);
	tree_write(tree, path, "1073741824\n");
	snprintf(path, sizeof(path), "%s/%s/subsystem", dir, name);
	tree_link(tree, path, "../../../../../bus/nd");
	snprintf(path, sizeof(path), "%s/%s/uuid", dir, name);
	tree_write(tree, path, uuid);
	snprintf(path, sizeof(path), "%s/%s/%s/size", dir, name, name);
	tree_write(tree, path, "1073741824\n");
	snprintf(path, sizeof(path), "%s/%s/%s/mapping0/start", dir, name,
		 name);
	tree_write(tree, path, "0x100000000\n");
	snprintf(path, sizeof(path), "%s/%s/%s/mapping0/end", dir, name, name);
	tree_write(tree, path, "0x13fffffff\n");
	snprintf(path, sizeof(path), "sys/bus/dax/devices/%s", name);
	snprintf(target, sizeof(target), "../../../%s/%s/%s",
		 dir + strlen("sys/"), name, name);
	tree_link(tree, path, target);
}

static void test_pmem(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_add_system(&tree);
	add_pmem(&tree, "dax0.0", UPPER_UUID "\n");
	add_pmem(&tree, "dax0.1", "\n");
	add_pmem(&tree, "dax0.2", "00000000-0000-0000-0000-000000000000\n");
	s = snapshot_of(&tree);
	assert_int_equal(s->n_regions, 3);
	assert_int_equal(s->regions[0].provider, FACTS_PROVIDER_PMEM);
	assert_false(s->regions[0].dynamic);
	assert_string_equal(s->regions[0].uuid, UUID);
	assert_string_equal(s->devices[0].identity, "pmem:" UUID);
	assert_int_equal(s->regions[0].target_node, -1);
	assert_null(s->regions[1].uuid);
	assert_false(s->regions[1].uuid_unknown);
	assert_null(s->regions[2].uuid);
	assert_string_equal(s->devices[1].identity,
			    "pmem:0x100000000-0x13fffffff");
}

#define CXL "sys/devices/platform/ACPI0017:00/root0/decoder0.0/region3"
#define ENDPOINT "sys/devices/platform/ACPI0017:00/root0/port1/endpoint2"
#define MEMDEV "sys/devices/pci0000:0c/0000:0c:00.0/0000:0d:00.0/mem1"

static void add_cxl_target(const struct tree *tree)
{
	tree_write(tree, CXL "/target0", "decoder2.0\n");
	tree_write(tree, CXL "/target1", "\n");
	tree_mkdir(tree, ENDPOINT "/decoder2.0");
	tree_link(tree, "sys/bus/cxl/devices/decoder2.0",
		  "../../../devices/platform/ACPI0017:00/root0/port1/"
		  "endpoint2/decoder2.0");
	tree_link(tree, ENDPOINT "/uport",
		  "../../../../../pci0000:0c/0000:0c:00.0/0000:0d:00.0/mem1");
	tree_write(tree, MEMDEV "/serial", "0xc0ffee\n");
}

/* From Documentation/ABI/testing/sysfs-bus-cxl and the driver's source. */
static void test_cxl(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;
	const char *dax = CXL "/dax_region3";
	char path[256];

	tree_open(&tree);
	tree_add_system(&tree);
	add_cxl_target(&tree);
	tree_write(&tree, CXL "/uuid", UUID "\n");
	tree_write(&tree, CXL "/access0/read_bandwidth", "30000\n");
	tree_write(&tree, CXL "/access0/read_latency", "250\n");
	snprintf(path, sizeof(path), "%s/dax_region/create", dax);
	tree_write(&tree, path, "\n");
	snprintf(path, sizeof(path), "%s/subsystem", dax);
	tree_link(&tree, path, "../../../../../../../bus/cxl");
	snprintf(path, sizeof(path), "%s/dax3.0/size", dax);
	tree_write(&tree, path, "1073741824\n");
	snprintf(path, sizeof(path), "%s/dax3.1/size", dax);
	tree_write(&tree, path, "0\n");
	tree_link(&tree, "sys/bus/dax/devices/dax3.0",
		  "../../../devices/platform/ACPI0017:00/root0/decoder0.0/"
		  "region3/dax_region3/dax3.0");
	tree_link(&tree, "sys/bus/dax/devices/dax3.1",
		  "../../../devices/platform/ACPI0017:00/root0/decoder0.0/"
		  "region3/dax_region3/dax3.1");
	s = snapshot_of(&tree);
	assert_int_equal(s->n_regions, 1);
	assert_int_equal(s->regions[0].provider, FACTS_PROVIDER_CXL);
	assert_true(s->regions[0].dynamic);
	assert_string_equal(s->regions[0].uuid, UUID);
	assert_int_equal(s->regions[0].n_memdevs, 1);
	assert_string_equal(s->regions[0].memdevs[0], "mem1:0xc0ffee");
	/* the second has no memory, so the first is not one slice of many */
	assert_string_equal(s->devices[0].identity, "cxl:" UUID);
	assert_int_equal(s->regions[0].performance.read_bandwidth, 30000);
	assert_int_equal(s->regions[0].performance.read_latency, 250);
	assert_int_equal(s->regions[0].performance.write_latency, 0);
	assert_string_equal(s->devices[1].identity, s->devices[1].path);
	assert_false(s->devices[0].ranges_known);
	assert_true(s->devices[1].ranges_known);
}

/* Slices of a region with dynamic capacity have UUIDs of their own. */
static void test_device_uuid(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_add_system(&tree);
	tree_add_hmem(&tree, 0, 0, 4 * GIB, 1024);
	s = snapshot_of(&tree);
	assert_null(s->devices[0].uuid);
	assert_false(s->devices[0].uuid_unknown);
	facts_snapshot_free(s);
	tree_write(&tree, HMEM "/dax0.0/uuid", UPPER_UUID "\n");
	s = snapshot_of(&tree);
	assert_string_equal(s->devices[0].uuid, UUID);
	facts_snapshot_free(s);
	/* One that is there and cannot be read. */
	unlinkat(tree.fd, HMEM "/dax0.0/uuid", 0);
	tree_mkdir(&tree, HMEM "/dax0.0/uuid");
	assert_int_equal(facts_snapshot_read(tree.fd, &s), 0);
	assert_int_equal(s->n_problems, 1);
	assert_true(s->devices[0].uuid_unknown);
}

/* They go while they are read. */
static void test_gone(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_add_system(&tree);
	tree_add_hmem(&tree, 0, 0, 4 * GIB, 1024);
	tree_link(&tree, "sys/bus/dax/devices/dax0.1",
		  "../../../devices/platform/hmem.0/dax0.1");
	tree_add_block(&tree, 32, 1, "online\n", "Movable\n");
	tree_mkdir(&tree, "sys/devices/system/memory/memory33");
	s = snapshot_of(&tree);
	assert_int_equal(s->n_devices, 1);
	assert_int_equal(s->n_blocks, 1);
	assert_int_equal(s->devices[0].n_blocks, 1);
}

/* Links of the bus lead down from sys/devices, and nowhere else. */
static void test_detour(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_add_system(&tree);
	tree_add_hmem(&tree, 0, 0, 4 * GIB, 1024);
	tree_link(&tree, "sys/bus/dax/devices/dax0.0",
		  "../../../devices/../devices/platform/hmem.0/dax0.0");
	assert_int_equal(facts_snapshot_read(tree.fd, &s), 0);
	assert_int_equal(s->n_devices, 0);
	assert_int_equal(s->n_problems, 1);
}

static void test_blocks(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;
	const struct facts_device *d;

	tree_open(&tree);
	tree_add_system(&tree);
	/* from 4 GiB + 64 MiB: the first half block is not the device's */
	tree_add_hmem(&tree, 0, 0, 4 * GIB + (64 << 20), 1024);
	tree_add_block(&tree, 0, 0, "online\n", "none\n");
	tree_add_block(&tree, 32, 1, "online\n", "Normal\n");
	tree_add_block(&tree, 33, 1, "online\n", "Movable\n");
	tree_add_block(&tree, 34, 1, "offline\n", "Normal Movable\n");
	tree_add_block(&tree, 35, 0, "going-offline\n", "Movable\n");
	tree_add_block(&tree, 36, 1, "online\n", "Device\n");
	tree_add_block(&tree, 99, 1, "online\n", "none\n");
	s = snapshot_of(&tree);
	d = &s->devices[0];
	assert_int_equal(d->possible_blocks, 7);
	assert_int_equal(s->n_blocks, 6);
	assert_int_equal(d->n_blocks, 4);
	assert_int_equal(s->blocks[d->blocks[0]].id, 33);
	assert_int_equal(s->blocks[d->blocks[3]].id, 36);
	assert_int_equal(s->blocks[0].zone, FACTS_ZONE_KERNEL);
	assert_int_equal(s->blocks[1].zone, FACTS_ZONE_MOVABLE);
	assert_int_equal(s->blocks[2].zone, FACTS_ZONE_NONE);
	assert_int_equal(s->blocks[3].state, FACTS_BLOCK_GOING_OFFLINE);
	assert_int_equal(s->blocks[3].node, 0);
	assert_int_equal(s->blocks[4].zone, FACTS_ZONE_OTHER);
	assert_int_equal(s->blocks[5].zone, FACTS_ZONE_NONE);
	assert_int_equal(s->blocks[5].id, 99);
}

/* kmem's state stays the same while a write to it that was cut off goes on. */
static void test_state_is_no_proof(void **state _unused_)
{
	static const char dir[] = "sys/devices/platform/hmem.0/dax0.0/";
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;
	char path[64];

	tree_open(&tree);
	tree_add_system(&tree);
	tree_add_hmem(&tree, 0, 0, 4 * GIB, 1024);
	for (unsigned int i = 31; i < 41; i++)
		tree_add_block(&tree, i, 1, "going-offline\n", "Movable\n");
	snprintf(path, sizeof(path), "%sstate", dir);
	tree_write(&tree, path, "online_movable\n");
	snprintf(path, sizeof(path), "%splugged_bytes", dir);
	tree_write(&tree, path, "1073741824\n");
	s = snapshot_of(&tree);
	assert_int_equal(s->devices[0].n_blocks, 8);
	for (size_t i = 0; i < s->n_blocks; i++)
		assert_int_equal(s->blocks[i].state, FACTS_BLOCK_GOING_OFFLINE);
}

static void test_one_block(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;
	struct facts_block block = { .id = 4711 };

	tree_open(&tree);
	tree_add_block(&tree, 7, 3, "offline\n", "Movable\n");
	assert_int_equal(memory_block_read(tree.fd, 8, &block), -ENOENT);
	assert_int_equal(block.id, 4711);
	assert_int_equal(memory_block_read(tree.fd, 7, &block), 0);
	assert_int_equal(block.id, 7);
	assert_int_equal(block.node, 3);
	assert_int_equal(block.state, FACTS_BLOCK_OFFLINE);
}

static void test_nodes(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;
	const struct facts_node *node;

	tree_open(&tree);
	tree_add_system(&tree);
	tree_write(&tree,
		   "sys/devices/system/node/node1/access0/initiators/"
		   "read_latency",
		   "120\n");
	s = snapshot_of(&tree);
	assert_int_equal(s->n_nodes, 2);
	node = facts_find_node(s, 1);
	assert_non_null(node);
	assert_null(facts_find_node(s, 2));
	assert_int_equal(node->size, 2048 * 1024);
	assert_int_equal(node->free, 1024 * 1024);
	assert_false(node->has_cpu);
	assert_true(facts_find_node(s, 0)->has_cpu);
	assert_int_equal(node->n_distances, 2);
	assert_int_equal(node->distances[0], 20);
	assert_int_equal(node->performance.read_latency, 120);
	assert_int_equal(node->performance.read_bandwidth, 0);
}

/* As nobody sees it: start and end are root's. */
static void test_unprivileged(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	if (geteuid() != 0) {
		print_message("only root can become nobody\n");
		skip();
	}
	tree_open(&tree);
	assert_int_equal(chmod(tree.path, 0755), 0);
	tree_add_system(&tree);
	tree_add_hmem(&tree, 0, 0, 4 * GIB, 1024);
	tree_add_block(&tree, 32, 1, "online\n", "Movable\n");
	assert_int_equal(
		fchmodat(tree.fd, HMEM "/dax0.0/mapping0/start", 0400, 0), 0);
	assert_int_equal(fchmodat(tree.fd, HMEM "/dax_region/align", 0400, 0),
			 0);
	assert_int_equal(seteuid(65534), 0);
	s = snapshot_of(&tree);
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(s->n_devices, 1);
	assert_false(s->devices[0].ranges_known);
	assert_int_equal(s->devices[0].n_ranges, 0);
	assert_int_equal(s->devices[0].n_blocks, 0);
	assert_int_equal(s->devices[0].size, GIB);
	assert_int_equal(s->regions[0].align, 0);
	assert_string_equal(s->devices[0].identity,
			    "/devices/platform/hmem.0/dax0.0");
	assert_int_equal(s->n_blocks, 1); /* of the target node */
	assert_int_equal(s->blocks[0].node, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_sysfs),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_shuffled),
		cmocka_unit_test(test_region_start),
		cmocka_unit_test(test_pmem),
		cmocka_unit_test(test_cxl),
		cmocka_unit_test(test_device_uuid),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_detour),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_state_is_no_proof),
		cmocka_unit_test(test_one_block),
		cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_unprivileged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
