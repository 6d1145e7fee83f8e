// SPDX-License-Identifier: GPL-2.0-or-later
/* The plain values of facts: what is found in them, without any machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "facts/model/identity.h"
#include "facts/model/model.h"

static struct facts_device devices[] = {
	{ .name = (char *)"dax0.0",
	  .path = (char *)"/devices/a/dax0.0",
	  .driver = (char *)"kmem",
	  .region = 0 },
	{ .name = (char *)"dax0.1",
	  .path = (char *)"/devices/a/dax0.1",
	  .region = 0 },
	{ .name = (char *)"dax2.0",
	  .path = (char *)"/devices/c/dax2.0",
	  .region = 2 },
};

static struct facts_region regions[] = {
	{ .id = 0, .path = (char *)"/devices/a" },
	{ .id = 1, .path = (char *)"/devices/b" },
	{ .id = 2, .path = (char *)"/devices/c" },
};

static struct facts_node nodes[] = { { .id = 0 }, { .id = 3 } };

static const struct facts_snapshot machine = {
	.regions = regions,
	.n_regions = ARRAY_SIZE(regions),
	.devices = devices,
	.n_devices = ARRAY_SIZE(devices),
	.nodes = nodes,
	.n_nodes = ARRAY_SIZE(nodes),
};

static const struct facts_snapshot nothing = { .n_devices = 0 };

static void test_find(void **state)
{
	(void)state;
	assert_ptr_equal(facts_find_device(&machine, "dax0.1"), &devices[1]);
	assert_null(facts_find_device(&machine, "dax0"));
	assert_null(facts_find_device(&nothing, "dax0.0"));
	assert_ptr_equal(facts_find_node(&machine, 3), &nodes[1]);
	assert_null(facts_find_node(&machine, 1));
	assert_null(facts_find_node(&machine, -1));
	assert_null(facts_find_node(&nothing, 0));
	assert_ptr_equal(facts_device_region(&machine, &devices[2]),
			 &regions[2]);
}

static void test_region_devices(void **state)
{
	static const struct {
		size_t first, n;
	} expected[] = { { 0, 2 }, { 3, 0 }, { 2, 1 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		size_t first, n = facts_region_devices(&machine, i, &first);

		assert_int_equal(n, expected[i].n);
		if (n)
			assert_int_equal(first, expected[i].first);
	}
}

static void test_driver(void **state)
{
	(void)state;
	assert_true(facts_device_is_bound(&devices[0], "kmem"));
	assert_false(facts_device_is_bound(&devices[0], "device_dax"));
	assert_false(facts_device_is_bound(&devices[1], "kmem"));
}

static void test_names(void **state)
{
	static const char *const none[] = {
		"dax",	   "dax0",    "dax0.", "dax.0",	  "dax00.1",  "dax0.01",
		"dax0.0x", "nmem0.0", "",      "dax-1.0", "dax0.0.0",
	};
	uint64_t x, y;

	(void)state;
	assert_true(facts_device_numbers("dax12.30", &x, &y));
	assert_int_equal(x, 12);
	assert_int_equal(y, 30);
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		if (facts_device_numbers(none[i], &x, &y))
			fail_msg("%s", none[i]);
	assert_int_equal(facts_device_parent_length(&devices[0]),
			 strlen("/devices/a"));
}

/* The blocks that lie wholly inside the ranges, each once. */
static void test_blocks(void **state)
{
	struct phys_range ranges[] = { { 0x1000, 0x2fff },
				       { 0x2000, 0x2fff },
				       { 0x2800, 0x4fff } };
	struct facts_device device = {
		.ranges = ranges,
		.n_ranges = ARRAY_SIZE(ranges),
	};
	struct facts_block blocks[] = {
		{ .id = 0 }, { .id = 1 }, { .id = 2 }, { .id = 4 }, { .id = 5 }
	};
	struct facts_snapshot snapshot = {
		.kernel.block_size = 0x1000,
		.devices = &device,
		.n_devices = 1,
		.blocks = blocks,
		.n_blocks = ARRAY_SIZE(blocks),
	};

	(void)state;
	assert_int_equal(facts_set_device_blocks(&snapshot), 0);
	assert_int_equal(device.n_blocks, 3);
	assert_int_equal(device.blocks[0], 1);
	assert_int_equal(device.blocks[1], 2);
	assert_int_equal(device.blocks[2], 3);
	assert_int_equal(device.possible_blocks, 5);
	free(device.blocks);
}

static void test_identity(void **state)
{
	struct phys_range range = { 0x1000, 0x1fff };
	struct facts_region region = {
		.provider = FACTS_PROVIDER_CXL,
		.uuid = (char *)"u",
	};
	struct facts_device slices[] = {
		{ .path = (char *)"/devices/x/dax0.0",
		  .size = 0x1000,
		  .ranges_known = true,
		  .ranges = &range,
		  .n_ranges = 1 },
		{ .path = (char *)"/devices/x/dax0.1" },
	};
	struct facts_snapshot snapshot = {
		.regions = &region,
		.n_regions = 1,
		.devices = slices,
		.n_devices = ARRAY_SIZE(slices),
	};

	(void)state;
	assert_int_equal(identities_set(&snapshot), 0);
	assert_string_equal(slices[0].identity, "cxl:u");
	assert_string_equal(slices[1].identity, "/devices/x/dax0.1");
	free(slices[0].identity);
	free(slices[1].identity);
	slices[1].size = 0x1000;
	assert_int_equal(identities_set(&snapshot), 0);
	assert_string_equal(slices[0].identity, "cxl:u:0x1000-0x1fff");
	free(slices[0].identity);
	free(slices[1].identity);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_region_devices),
		cmocka_unit_test(test_driver),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_identity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
