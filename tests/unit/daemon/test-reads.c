// SPDX-License-Identifier: GPL-2.0-or-later
/* How much is read while answers wait to be sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/bus/reads.h"

#define PROPERTIES "org.freedesktop.DBus.Properties"
#define OBJECTS "org.freedesktop.DBus.ObjectManager"

static unsigned int answered(struct reads *reads, const char *interface,
			     uint64_t unsent)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < 1000; i++)
		n += reads_allowed(reads, interface, unsent);
	return n;
}

static void test_limits(void **state)
{
	struct reads reads = { 0 };

	(void)state;
	assert_int_equal(answered(&reads, OBJECTS, 0), 1000);
	assert_int_equal(answered(&reads, OBJECTS, 1), 3);
	assert_int_equal(answered(&reads, PROPERTIES, 1), 0);
	/* What has no interface may be any. */
	assert_false(reads_allowed(&reads, NULL, 1));
	/* Those that ask polkit have limits of their own. */
	assert_int_equal(answered(&reads, "org.daxbroker1.Manager", 1), 1000);
	assert_true(reads_allowed(&reads, PROPERTIES, 0));
	assert_int_equal(answered(&reads, PROPERTIES, 1), READS_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
