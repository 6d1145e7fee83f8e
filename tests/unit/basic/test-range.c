// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "basic/range.h"

#define BLOCK UINT64_C(0x8000000)

static void test_contains(_unused_ void **state)
{
	const struct phys_range outer = { 0x1000, 0x1fff };

	assert_true(phys_range_size(outer) == 0x1000);
	assert_true(phys_range_contains(outer, outer));
	assert_true(phys_range_contains(outer,
					(struct phys_range){ 0x1001, 0x1001 }));
	assert_false(phys_range_contains(outer,
					 (struct phys_range){ 0xfff, 0x1fff }));
	assert_false(phys_range_contains(
		outer, (struct phys_range){ 0x1000, 0x2000 }));
}

static void test_blocks(_unused_ void **state)
{
	static const struct {
		struct phys_range range;
		uint64_t first, n;
	} cases[] = {
		{ { 0, BLOCK - 1 }, 0, 1 },
		{ { 2 * BLOCK, 5 * BLOCK - 1 }, 2, 3 },
		/* Parts of blocks at the ends do not count. */
		{ { 2 * BLOCK + 1, 5 * BLOCK - 1 }, 3, 2 },
		{ { 2 * BLOCK, 5 * BLOCK - 2 }, 2, 2 },
		{ { 2 * BLOCK + 1, 3 * BLOCK }, 3, 0 },
		{ { 5, 6 }, 1, 0 },
		{ { UINT64_MAX - BLOCK + 1, UINT64_MAX },
		  UINT64_MAX / BLOCK,
		  1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t first;

		assert_true(phys_range_blocks(cases[i].range, BLOCK, &first) ==
			    cases[i].n);
		assert_true(first == cases[i].first);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_contains),
		cmocka_unit_test(test_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
