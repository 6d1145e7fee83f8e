// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "basic/cleanup.h"
#include "basic/uuid.h"

static void test_parse(_unused_ void **state)
{
	char buf[UUID_TEXT_MAX];
	sd_id128_t uuid;

	assert_int_equal(
		uuid_parse("01234567-89AB-cdef-0123-456789abcdef", &uuid), 0);
	assert_string_equal(uuid_format(uuid, buf),
			    "01234567-89ab-cdef-0123-456789abcdef");
}

static void test_no_uuid(_unused_ void **state)
{
	static const char *const texts[] = {
		"",
		"0123456789abcdef0123456789abcdef",
		"01234567-89ab-cdef-0123-456789abcde",
		"01234567-89ab-cdef-0123-456789abcdefa",
		"01234567-89ab-cdef-0123-456789abcdeg",
		"0123456-789ab-cdef-0123-456789abcdef",
		"01234567-89ab-cdef-0123-456789abcde\n",
	};
	sd_id128_t uuid;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_int_equal(uuid_parse(texts[i], &uuid), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_no_uuid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
