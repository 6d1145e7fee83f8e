// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "basic/text-stream.h"
#include "basic/text.h"

static void test_take(_unused_ void **state)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	_cleanup_free_ char *text = NULL;
	FILE *f = text_stream_open(&stream);

	assert_non_null(f);
	fprintf(f, "%d", 1);
	fputs(" and 2", f);
	text = text_stream_take(&stream);
	assert_string_equal(text, "1 and 2");
	assert_null(stream.file);
	assert_null(stream.text);
}

static void test_empty(_unused_ void **state)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	_cleanup_free_ char *text = NULL;

	assert_non_null(text_stream_open(&stream));
	text = text_stream_take(&stream);
	assert_string_equal(text, "");
}

/* A leak checker sees what is left. */
static void test_given_up(_unused_ void **state)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	_cleanup_text_stream_ struct text_stream unopened _unused_ = { NULL };

	assert_non_null(text_stream_open(&stream));
	fputs("not taken", stream.file);
}

static void test_format(_unused_ void **state)
{
	_cleanup_free_ char *text = text_format("%s.%d", "dax0", 1);

	assert_string_equal(text, "dax0.1");
}

static void test_add(_unused_ void **state)
{
	_cleanup_free_ char *text = NULL;

	assert_int_equal(text_add(&text, ", ", "dax0.0"), 0);
	assert_string_equal(text, "dax0.0");
	assert_int_equal(text_add(&text, ", ", "dax1.0"), 0);
	assert_string_equal(text, "dax0.0, dax1.0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take),	 cmocka_unit_test(test_empty),
		cmocka_unit_test(test_given_up), cmocka_unit_test(test_format),
		cmocka_unit_test(test_add),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
