// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "policy/syntax/ini.h"

/* The items of @text, one in a line. */
static void expect_items(const char *text, const char *expected)
{
	static const char kinds[] = {
		[INI_SECTION] = 'S',
		[INI_ASSIGNMENT] = 'A',
		[INI_FAULT] = 'F',
	};
	struct ini_reader reader;
	struct ini_item item;
	char *said = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&said, &size);

	assert_non_null(f);
	assert_int_equal(ini_reader_init(&reader, text, strlen(text)), 0);
	while (ini_next(&reader, &item))
		fprintf(f, "%c%u %s%s%s\n", kinds[item.kind], item.line,
			item.name, item.kind == INI_ASSIGNMENT ? "|" : "",
			item.kind == INI_ASSIGNMENT ? item.value : "");
	ini_reader_done(&reader);
	fclose(f);
	assert_string_equal(said, expected);
	free(said);
}

static void test_plain(_unused_ void **state)
{
	expect_items("", "");
	expect_items("\n\n", "");
	expect_items("[A]\nk=v\n[B]\n\nk2=v2",
		     "S1 A\nA2 k|v\nS3 B\nA5 k2|v2\n");
}

static void test_blanks(_unused_ void **state)
{
	expect_items(" \t[A] \n\tk\t = \t v w \t\n", "S1 A\nA2 k|v w\n");
	expect_items("k=\n", "A1 k|\n");
	expect_items("k==v=\n", "A1 k|=v=\n");
}

static void test_line_ends(_unused_ void **state)
{
	expect_items("[A]\r\nk=v\r\n\r\n", "S1 A\nA2 k|v\n");
	expect_items("\xef\xbb\xbf[A]\n", "S1 A\n");
}

static void test_comments(_unused_ void **state)
{
	expect_items("# a\n ; b\\\nk=v # no comment\n",
		     "A3 k|v # no comment\n");
}

static void test_continued(_unused_ void **state)
{
	expect_items("k=a\\\n  b\\\nc\nl=d\n", "A1 k|a b c\nA4 l|d\n");
	expect_items("k=a\\\r\nb\r\n", "A1 k|a b\n");
	expect_items("k=a\\\n# x\n;y\\\nb\nl=d\n", "A1 k|a b\nA5 l|d\n");
	expect_items("k=a\\\n\nl=d\n", "A1 k|a\nA3 l|d\n");
	expect_items("k=a\\", "A1 k|a\n");
	expect_items("k=a\\\n", "A1 k|a\n");
	expect_items("\\\n\\\nk=a\n", "A1 k|a\n");
	/* Two of them are no continuation. */
	expect_items("k=a\\\\\nl=d\n", "A1 k|a\\\\\nA2 l|d\n");
}

static void test_faults(_unused_ void **state)
{
	expect_items("[\n[]\n[A\n[A]]\n[[A]\n[A] x\n",
		     "F1 [\nF2 []\nF3 [A\nF4 [A]]\nF5 [[A]\nF6 [A] x\n");
	expect_items("k\n=v\n = v\n", "F1 k\nF2 =v\nF3 = v\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_blanks),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_comments),
		cmocka_unit_test(test_continued),
		cmocka_unit_test(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
