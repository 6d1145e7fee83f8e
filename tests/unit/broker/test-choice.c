// SPDX-License-Identifier: GPL-2.0-or-later
/* Which memory of a region a lease gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "broker/lease/choice.h"

#define G UINT64_C(0x40000000)

static struct lease_map map;

static int tear_down(void **state _unused_)
{
	lease_map_clear(&map);
	return 0;
}

/* "f0-3 i4-4:7": free from the first unit up to and with the last, idle and
 * what that costs. */
static void make(uint64_t unit, const char *text)
{
	unsigned int start, end, cost;
	char kind;
	int used;

	for (; sscanf(text, " %c%u-%u%n", &kind, &start, &end, &used) == 3;
	     text += used) {
		struct lease_extent extent = {
			.range = { start * unit, (end + 1) * unit - 1 },
			.idle = kind == 'i',
		};

		if (text[used] == ':') {
			assert_int_equal(sscanf(text + used, ":%u", &cost), 1);
			text += strcspn(text + used, " ");
			extent.cost = cost;
		}
		assert_int_equal(lease_map_add(&map, &extent), 0);
	}
}

/* In the same units: "0-3 6-6"; "": there is none. */
static void expect(uint64_t unit, uint64_t size, uint64_t align,
		   const char *wanted)
{
	struct lease_choice choice;
	char found[256] = "";
	uint64_t sum = 0;

	if (!lease_choice_find(&map, size, align, &choice)) {
		assert_string_equal("", wanted);
		return;
	}
	for (size_t i = 0; i < choice.n; i++) {
		const struct phys_range range = choice.ranges[i];

		assert_int_equal(range.start % align, 0);
		assert_int_equal(phys_range_size(range) % align, 0);
		sum += phys_range_size(range);
		snprintf(found + strlen(found), sizeof(found) - strlen(found),
			 "%s%u-%u", i ? " " : "",
			 (unsigned int)(range.start / unit),
			 (unsigned int)(range.end / unit));
	}
	assert_int_equal(sum, size);
	assert_string_equal(found, wanted);
}

static void test_free_first(void **state _unused_)
{
	make(G, "i0-0 i1-1 f4-5 i6-6");
	expect(G, 2 * G, G, "4-5");
	expect(G, G, G, "4-4");
	/* As little of what is idle as there can be. */
	expect(G, 3 * G, G, "4-6");
}

static void test_least_cost(void **state _unused_)
{
	make(G, "i0-0:9 i1-1:2 i2-2:3 i3-3:8");
	expect(G, G, G, "1-1");
	expect(G, 2 * G, G, "1-2");
	expect(G, 3 * G, G, "1-3");
}

/* The free end of a run is taken with what is idle before it. */
static void test_to_the_end(void **state _unused_)
{
	make(G, "i0-0:1 i1-1:1 f2-4");
	expect(G, 4 * G, G, "1-4");
}

static void test_aligned(void **state _unused_)
{
	make(G / 8, "f3-20");
	expect(G / 8, G, G, "8-15");
	expect(G / 8, G / 8, G / 8, "3-3");
	/* Not in ranges of less than a page either. */
	expect(G / 8, 2 * G, G, "");
}

static void test_several(void **state _unused_)
{
	make(G, "f0-0 i2-4 f8-9");
	expect(G, 5 * G, G, "2-4 8-9");
	expect(G, 4 * G, G, "2-4 8-8");
	expect(G, 6 * G, G, "0-0 2-4 8-9");
	expect(G, 7 * G, G, "");
	assert_int_equal(lease_choice_largest(&map, G), 6 * G);
	assert_int_equal(lease_choice_largest(&map, 2 * G), 4 * G);
}

static void test_too_many_ranges(void **state _unused_)
{
	for (unsigned int i = 0; i < POLICY_GRANT_RANGES_MAX + 3; i++) {
		const struct lease_extent extent = {
			.range = { 2 * i * G, (2 * i + 1) * G - 1 },
		};

		lease_map_add(&map, &extent);
	}
	expect(G, (POLICY_GRANT_RANGES_MAX + 1) * G, G, "");
	assert_int_equal(lease_choice_largest(&map, G),
			 POLICY_GRANT_RANGES_MAX * G);
}

static void test_senseless(void **state _unused_)
{
	make(G, "f0-3");
	expect(G, 0, G, "");
	expect(G, G, 0, "");
	expect(G, G + 1, G, "");
	expect(G, UINT64_MAX - UINT64_MAX % G, G, "");
}

/* The last bytes of the address space. */
static void test_at_the_top(void **state _unused_)
{
	const struct lease_extent extent = {
		.range = { UINT64_MAX - 2 * G + 1, UINT64_MAX },
	};
	struct lease_choice choice;

	lease_map_add(&map, &extent);
	assert_true(lease_choice_find(&map, G, G, &choice));
	assert_int_equal(choice.ranges[0].start, extent.range.start);
	assert_false(lease_choice_find(&map, 3 * G, G, &choice));
}

static void test_excluded(void **state _unused_)
{
	make(G, "f0-3 i4-5 f6-9");
	lease_map_exclude(&map, (struct phys_range){ G, 2 * G - 1 });
	lease_map_exclude(&map, (struct phys_range){ 5 * G, 5 * G });
	lease_map_exclude(&map, (struct phys_range){ 9 * G, 10 * G - 1 });
	assert_int_equal(lease_map_total(&map), 6 * G);
	expect(G, 3 * G, G, "6-8");
	expect(G, 6 * G, G, "0-0 2-3 6-8");
	lease_map_exclude(&map, (struct phys_range){ 0, UINT64_MAX });
	assert_int_equal(map.n, 0);
}

/* What overlaps is there already. */
static void test_added(void **state _unused_)
{
	make(G, "f4-5 f0-1 f1-2 f5-6 f3-4 f2-3");
	assert_int_equal(map.n, 3);
	assert_int_equal(lease_map_total(&map), 6 * G);
	expect(G, 6 * G, G, "0-5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_free_first, tear_down),
		cmocka_unit_test_teardown(test_least_cost, tear_down),
		cmocka_unit_test_teardown(test_to_the_end, tear_down),
		cmocka_unit_test_teardown(test_aligned, tear_down),
		cmocka_unit_test_teardown(test_several, tear_down),
		cmocka_unit_test_teardown(test_too_many_ranges, tear_down),
		cmocka_unit_test_teardown(test_senseless, tear_down),
		cmocka_unit_test_teardown(test_at_the_top, tear_down),
		cmocka_unit_test_teardown(test_excluded, tear_down),
		cmocka_unit_test_teardown(test_added, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
