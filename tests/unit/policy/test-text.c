// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "basic/cleanup.h"
#include "basic/nearest.h"
#include "basic/text.h"

#define FAULT(text, what) text_fault(text, sizeof(text) - 1, what)

static void test_text(_unused_ void **state)
{
	const char *what = NULL;

	assert_int_equal(FAULT("", &what), 0);
	assert_int_equal(FAULT("a\tb\r\nc\n", &what), 0);
	assert_int_equal(FAULT("\u00e4\u20ac\U0001f600", &what), 0);
	assert_int_equal(FAULT("\xf4\x8f\xbf\xbf", &what), 0);
	assert_null(what);
}

static void test_control(_unused_ void **state)
{
	const char *what;

	assert_int_equal(FAULT("a\n\n\0b", &what), 3);
	assert_string_equal(what, "a NUL byte");
	assert_int_equal(FAULT("a\n\x1b[0m", &what), 2);
	assert_string_equal(what, "a control character");
	assert_int_equal(FAULT("a\rb", &what), 1);
	assert_int_equal(FAULT("a\r", &what), 1);
	assert_int_equal(FAULT("\x7f", &what), 1);
	assert_int_equal(FAULT("\xc2\x9b", &what), 1);
}

static void test_not_utf8(_unused_ void **state)
{
	static const char *const bad[] = {
		"\x80",
		"\xff",
		"\xc3",
		"\xc3(",
		"\xe2\x82",
		"\xf0\x9f\x98",
		"\xc0\xaf",
		"\xe0\x80\xaf",
		"\xf0\x80\x80\xaf",
		"\xed\xa0\x80",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xe2\x82\xac\xac",
	};
	const char *what;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(text_fault(bad[i], strlen(bad[i]), &what), 1);
		assert_string_equal(what, "bytes that are not UTF-8");
	}
}

static void test_excerpt(_unused_ void **state)
{
	char buf[TEXT_EXCERPT_MAX], text[TEXT_EXCERPT_MAX + 100];
	const char *what;

	assert_string_equal(text_excerpt("a\tb", buf), "a b");
	memset(text, 'x', sizeof(text));
	text[TEXT_EXCERPT_MAX - 1] = '\0';
	assert_string_equal(text_excerpt(text, buf), text);
	text[TEXT_EXCERPT_MAX - 1] = 'x';
	text[TEXT_EXCERPT_MAX] = '\0';
	text_excerpt(text, buf);
	assert_int_equal(strlen(buf), TEXT_EXCERPT_MAX - 1);
	assert_true(text_ends_with(buf, "x..."));
	/* It never ends within a character, wherever that starts. */
	for (size_t i = 50; i < TEXT_EXCERPT_MAX; i++) {
		memset(text, 'x', sizeof(text));
		memcpy(text + i, "\U0001f600", 4);
		text[sizeof(text) - 1] = '\0';
		text_excerpt(text, buf);
		assert_int_equal(text_fault(buf, strlen(buf), &what), 0);
	}
}

static void test_distance(_unused_ void **state)
{
	assert_int_equal(nearest_distance("Mode", "Mode"), 0);
	assert_int_equal(nearest_distance("mode", "Mode"), 0);
	assert_int_equal(nearest_distance("Mod", "Mode"), 1);
	assert_int_equal(nearest_distance("Moode", "Mode"), 1);
	assert_int_equal(nearest_distance("Mood", "Mode"), 2);
	assert_int_equal(nearest_distance("UUDI", "UUID"), 1);
	assert_int_equal(nearest_distance("", "Mode"), 4);
	assert_int_equal(nearest_distance("Mode", ""), 4);
	assert_true(
		nearest_distance("a name that is much longer than any we have",
				 "Mode") == SIZE_MAX);
}

static void test_nearest(_unused_ void **state)
{
	struct nearest nearest;

	nearest_init(&nearest, "Target");
	nearest_try(&nearest, "TargetNode");
	assert_null(nearest.best);
	nearest_init(&nearest, "TargetNodes");
	nearest_try(&nearest, "UUID");
	nearest_try(&nearest, "TargetNode");
	nearest_try(&nearest, "TargetNud");
	assert_string_equal(nearest.best, "TargetNode");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),	 cmocka_unit_test(test_control),
		cmocka_unit_test(test_not_utf8), cmocka_unit_test(test_excerpt),
		cmocka_unit_test(test_distance), cmocka_unit_test(test_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
