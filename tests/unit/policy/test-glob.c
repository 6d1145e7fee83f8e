// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "basic/cleanup.h"
#include "policy/syntax/glob.h"
#include "policy/syntax/version.h"

static void test_cases(_unused_ void **state)
{
	static const struct {
		const char *pattern, *text;
		bool fits;
	} cases[] = {
		{ "", "", true },
		{ "*", "", true },
		{ "", "a", false },
		{ "?", "", false },
		{ "dax*", "dax0.0", true },
		{ "dax?.?", "dax0.0", true },
		{ "*/hmem.*/dax*", "/devices/platform/hmem.0/dax0.0", true },
		{ "a[", "a[", true },
		{ "[]a]", "]", true },
		{ "[!a-c]", "b", false },
		{ "[^a-c]", "d", true },
		{ "[[:digit:]]x", "5x", true },
		{ "\\*", "*", true },
		{ "\\*", "a", false },
		{ "\\\\", "\\", true },
		{ "*\\*x", "a*x", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (glob_fits(cases[i].pattern, cases[i].text) != cases[i].fits)
			fail_msg("%s of %s", cases[i].pattern, cases[i].text);
	assert_false(glob_fits("ABC*", "abcd"));
	assert_true(glob_fits_any_case("A[B]C*", "abcd"));
}

static void fill(char *text, size_t length, const char *of)
{
	for (size_t i = 0; i < length; i++)
		text[i] = of[(size_t)rand() % strlen(of)];
	text[length] = '\0';
}

/* The same answers as fnmatch(3), where that has one soon. */
static void test_as_fnmatch(_unused_ void **state)
{
	char pattern[9], text[9];

	srand(1);
	for (int i = 0; i < 300000; i++) {
		fill(pattern, (size_t)rand() % sizeof(pattern), "ab*?[]!-b");
		fill(text, (size_t)rand() % sizeof(text), "abb-]!");
		if (glob_fits(pattern, text) !=
		    (fnmatch(pattern, text, 0) == 0))
			fail_msg("'%s' of '%s'", pattern, text);
		for (char *c = text; *c; c++)
			*c = rand() % 2 ? (char)toupper(*c) : *c;
		if (glob_fits_any_case(pattern, text) !=
		    (fnmatch(pattern, text, FNM_CASEFOLD) == 0))
			fail_msg("'%s' of '%s', any case", pattern, text);
	}
}

/* fnmatch(3) would not end within a lifetime. */
static void test_many_stars(_unused_ void **state)
{
	char pattern[2 * 500 + 2], text[4001];
	clock_t start = clock();

	for (size_t i = 0; i < 500; i++)
		memcpy(pattern + 2 * i, "*a", 2);
	memcpy(pattern + 1000, "b", 2);
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_false(glob_fits(pattern, text));
	assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 10);
}

/* The examples of the UAPI group's specification, and kernels. */
static void test_versions(_unused_ void **state)
{
	static const char *const ascending[] = {
		"6.1~rc1",	  "6.1",     "6.1-1",	      "6.1.0-13-amd64",
		"6.1.0-56-amd64", "6.1.1",   "6.12.95-amd64", "122.1",
		"123~rc1-1",	  "123",     "123-a",	      "123-a.1",
		"123-1",	  "123-1.1", "123^post1",     "123.a-1",
		"123.1-1",	  "123a-1",  "124-1",
	};

	for (size_t i = 0; i < ARRAY_SIZE(ascending); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(ascending); j++) {
			int r = version_compare(ascending[i], ascending[j]);

			if ((r < 0) != (i < j) || (r > 0) != (i > j))
				fail_msg("%s and %s: %d", ascending[i],
					 ascending[j], r);
		}
	}
	assert_int_equal(version_compare("6.01", "6.1"), 0);
	assert_int_equal(version_compare("6_1", "61"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_as_fnmatch),
		cmocka_unit_test(test_many_stars),
		cmocka_unit_test(test_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
