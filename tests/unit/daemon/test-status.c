// SPDX-License-Identifier: GPL-2.0-or-later
/* What "systemctl status" says. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "daemon/status.h"
#include "tests/unit/broker/world.h"

#define RIGHT "[Match]\nDevice=dax9.9\n[Region]\nMode=devdax\n"
#define WRONG RIGHT "X=1\n"

static struct world world;

static int set_up(void **state _unused_)
{
	world_make(&world);
	world_policy(&world, "a.region",
		     "[Match]\nDevice=dax0.0\n[Region]\nMode=devdax\n");
	world_add_region(&world, 2);
	world_start(&world);
	world_done(&world, "dax0.0");
	return 0;
}

static int tear_down(void **state _unused_)
{
	world_remove(&world);
	return 0;
}

static void expect(bool wanted, const char *part)
{
	_cleanup_free_ char *text = status_text(world.broker);

	assert_non_null(text);
	if (!strstr(text, part) == wanted)
		fail_msg("%s \"%s\": %s", wanted ? "not" : "has", part, text);
}

static void test_devices(void **state _unused_)
{
	expect(true, "Regions: 1; devices: 0 system-ram, 1 devdax, 0 refused, "
		     "0 in trouble");
	expect(false, "error");
}

/* Until the file is right again. */
static void test_errors(void **state _unused_)
{
	world_policy(&world, "b.region", WRONG);
	world_policy(&world, "c\n.region", WRONG);
	world_reload(&world);
	expect(true, "1 devdax");
	expect(true, "errors in policy files: 2, the first ");
	expect(true, "/b.region:5: ");
	world_policy(&world, "b.region", RIGHT "[Fruit]\nColour=blue\n");
	world_reload(&world);
	expect(true, "/c?.region:5: ");
	world_policy(&world, "c\n.region", "");
	world_reload(&world);
	expect(false, "error");
}

#define status_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		status_test(test_devices),
		status_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
