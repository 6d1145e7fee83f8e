// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "basic/utf8.h"

static const struct {
	const char *in;
	const char *out;
} cases[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "h\xc3\xa4lt \xe2\x82\xac \xf0\x9f\x98\x80",
	  "h\xc3\xa4lt \xe2\x82\xac \xf0\x9f\x98\x80" },
	{ "\xff\xfe", "??" },
	{ "a\x80z", "a?z" },		     /* a lone continuation */
	{ "a\xc3", "a?" },		     /* cut by the end */
	{ "\xe2\x82z", "??z" },		     /* cut by another character */
	{ "\xc0\xaf", "??" },		     /* overlong */
	{ "\xe0\x80\xaf", "???" },	     /* overlong */
	{ "\xed\xa0\x80", "???" },	     /* a surrogate */
	{ "\xf4\x90\x80\x80", "????" },	     /* above U+10FFFF */
	{ "\xf8\x88\x80\x80\x80", "?????" }, /* five bytes */
};

static void test_repair(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text = strdup(cases[i].in);

		utf8_repair(text);
		assert_string_equal(text, cases[i].out);
	}
}

static void test_mask(void **state)
{
	char text[] = "a\x1b[2J\tb\xc2\x9b\xff\n\xc3\xa4\xc2\xa0";

	(void)state;
	utf8_mask(text);
	assert_string_equal(text, "a?[2J?b????\xc3\xa4\xc2\xa0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_repair),
		cmocka_unit_test(test_mask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
