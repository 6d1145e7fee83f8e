// SPDX-License-Identifier: GPL-2.0-or-later
/* device_state_describe(): which blocks are in which state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "broker/device-state.h"

static void expect(const struct facts_device *device, const char *wanted)
{
	static struct facts_block blocks[] = {
		{ .id = 7, .state = FACTS_BLOCK_ONLINE },
		{ .id = 32,
		  .state = FACTS_BLOCK_ONLINE,
		  .zone = FACTS_ZONE_MOVABLE },
		{ .id = 33, .state = FACTS_BLOCK_OFFLINE },
		{ .id = 34,
		  .state = FACTS_BLOCK_ONLINE,
		  .zone = FACTS_ZONE_KERNEL },
		{ .id = 35,
		  .state = FACTS_BLOCK_ONLINE,
		  .zone = FACTS_ZONE_MOVABLE },
	};
	const struct facts_snapshot snapshot = {
		.blocks = blocks,
		.n_blocks = ARRAY_SIZE(blocks),
	};
	_cleanup_free_ char *text = device_state_describe(&snapshot, device);

	assert_string_equal(text, wanted);
}

static void test_seen(void **state _unused_)
{
	size_t all[] = { 1, 2, 3, 4 };
	struct facts_device device = { .driver = (char *)"device_dax" };

	expect(&device, "bound to device_dax");
	device.driver = NULL;
	expect(&device, "bound to no driver");
	device.driver = (char *)"kmem";
	device.blocks = all;
	device.n_blocks = ARRAY_SIZE(all);
	expect(&device, "bound to kmem, memory32,35 online in zone movable, "
			"memory33 offline, memory34 online in zone kernel");
	device.n_blocks = 1;
	expect(&device, "bound to kmem, memory32 online in zone movable");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
