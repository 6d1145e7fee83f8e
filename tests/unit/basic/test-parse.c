// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <limits.h>

#include "basic/cleanup.h"
#include "basic/parse.h"
#include "basic/size.h"

#define UNTOUCHED 12345

static void test_u64(_unused_ void **state)
{
	static const struct {
		const char *text;
		int result;
		uint64_t value;
	} cases[] = {
		{ "0", 0, 0 },
		{ " 42\n", 0, 42 },
		{ "007", 0, 7 },
		{ "0x1fF", 0, 511 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "0xffffffffffffffff", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, UNTOUCHED },
		{ "0x10000000000000000", -ERANGE, UNTOUCHED },
		{ "", -EINVAL, UNTOUCHED },
		{ "\n", -EINVAL, UNTOUCHED },
		{ "-1", -EINVAL, UNTOUCHED },
		{ "+1", -EINVAL, UNTOUCHED },
		{ "- 1", -EINVAL, UNTOUCHED },
		{ "0x", -EINVAL, UNTOUCHED },
		{ "0xg", -EINVAL, UNTOUCHED },
		{ "ff", -EINVAL, UNTOUCHED },
		{ "1 2", -EINVAL, UNTOUCHED },
		{ "1x", -EINVAL, UNTOUCHED },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t value = UNTOUCHED;

		assert_int_equal(parse_u64(cases[i].text, &value),
				 cases[i].result);
		assert_true(value == cases[i].value);
	}
}

static void test_int(_unused_ void **state)
{
	static const struct {
		const char *text;
		int result;
		int value;
	} cases[] = {
		{ "-1\n", 0, -1 },
		{ "0", 0, 0 },
		{ "2147483647", 0, INT_MAX },
		{ "-2147483648", 0, INT_MIN },
		{ "2147483648", -ERANGE, UNTOUCHED },
		{ "-2147483649", -ERANGE, UNTOUCHED },
		{ "99999999999999999999999", -ERANGE, UNTOUCHED },
		{ "", -EINVAL, UNTOUCHED },
		{ "-", -EINVAL, UNTOUCHED },
		{ "--1", -EINVAL, UNTOUCHED },
		{ "0x1", -EINVAL, UNTOUCHED },
		{ "1,", -EINVAL, UNTOUCHED },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int value = UNTOUCHED;

		assert_int_equal(parse_int(cases[i].text, &value),
				 cases[i].result);
		assert_int_equal(value, cases[i].value);
	}
}

static void test_size(_unused_ void **state)
{
	static const struct {
		const char *text;
		int result;
		uint64_t value;
	} cases[] = {
		{ "0", 0, 0 },
		{ "4096", 0, 4096 },
		{ "4096B", 0, 4096 },
		{ "1K", 0, 1024 },
		{ "16g", 0, UINT64_C(16) << 30 },
		{ "16 GiB\n", 0, UINT64_C(16) << 30 },
		{ "16GB", -EINVAL, UNTOUCHED },
		{ "0x10M", 0, UINT64_C(16) << 20 },
		{ "15E", 0, UINT64_C(15) << 60 },
		{ "16E", -ERANGE, UNTOUCHED },
		{ "99999999999T", -ERANGE, UNTOUCHED },
		{ "18446744073709551616", -ERANGE, UNTOUCHED },
		{ "", -EINVAL, UNTOUCHED },
		{ "G", -EINVAL, UNTOUCHED },
		{ "-1G", -EINVAL, UNTOUCHED },
		{ "1.5G", -EINVAL, UNTOUCHED },
		{ "1Gi", -EINVAL, UNTOUCHED },
		{ "1GG", -EINVAL, UNTOUCHED },
		{ "1X", -EINVAL, UNTOUCHED },
		{ "1BK", -EINVAL, UNTOUCHED },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t value = UNTOUCHED;

		assert_int_equal(parse_size(cases[i].text, &value),
				 cases[i].result);
		assert_true(value == cases[i].value);
	}
}

static void test_phys_range(_unused_ void **state)
{
	static const struct {
		const char *text;
		int result;
		struct phys_range value;
	} cases[] = {
		{ "0x1000-0x1fff", 0, { 0x1000, 0x1fff } },
		{ "0x1000 - 8191\n", 0, { 0x1000, 0x1fff } },
		{ "0x1000", 0, { 0x1000, 0x1000 } },
		{ "0-0xffffffffffffffff", 0, { 0, UINT64_MAX } },
		{ "2-1", -EINVAL, { UNTOUCHED, 0 } },
		{ "1-", -EINVAL, { UNTOUCHED, 0 } },
		{ "-1", -EINVAL, { UNTOUCHED, 0 } },
		{ "1-2-3", -EINVAL, { UNTOUCHED, 0 } },
		{ "", -EINVAL, { UNTOUCHED, 0 } },
		{ "0-0x10000000000000000", -ERANGE, { UNTOUCHED, 0 } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct phys_range value = { UNTOUCHED, 0 };

		assert_int_equal(parse_phys_range(cases[i].text, &value),
				 cases[i].result);
		assert_true(value.start == cases[i].value.start);
		assert_true(value.end == cases[i].value.end);
	}
}

static void test_format_size(_unused_ void **state)
{
	static const struct {
		uint64_t bytes;
		const char *rounded;
		const char *exact;
	} cases[] = {
		{ 0, "0B", "0B" },
		{ 1023, "1023B", "1023B" },
		{ 1024, "1K", "1K" },
		{ 1536, "1.5K", "1536B" },
		{ (1 << 30) - 1, "1023.9M", "1073741823B" },
		{ 1 << 30, "1G", "1G" },
		{ UINT64_C(3) << 29, "1.5G", "1536M" },
		{ UINT64_C(1) << 60, "1E", "1E" },
		{ UINT64_MAX, "15.9E", "18446744073709551615B" },
	};
	char buf[SIZE_FORMAT_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_string_equal(size_format(cases[i].bytes, buf),
				    cases[i].rounded);
		assert_string_equal(size_format_exact(cases[i].bytes, buf),
				    cases[i].exact);
	}
}

/* "memory32", as the kernel writes it. */
static void test_numbered(_unused_ void **state)
{
	static const char *const wrong[] = { "memory",	   "memory032",
					     "memory 32",  "memory-1",
					     "memory32a",  "memory0x20",
					     "nvmemory32", "mem32" };
	uint64_t value = UNTOUCHED;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_false(parse_numbered(wrong[i], "memory", &value));
	assert_true(value == UNTOUCHED);
	assert_true(parse_numbered("memory32", "memory", &value));
	assert_int_equal(value, 32);
	assert_true(parse_numbered("memory0", "memory", &value));
	assert_int_equal(value, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_u64),
		cmocka_unit_test(test_int),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_numbered),
		cmocka_unit_test(test_phys_range),
		cmocka_unit_test(test_format_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
