// SPDX-License-Identifier: GPL-2.0-or-later
/* What no job is about is as before, or that is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/names.h"
#include "broker/bystanders.h"
#include "policy/set-load.h"
#include "world.h"

static struct world world;
static struct policy_set *policies;
static struct record_table records;
static struct bystanders bystanders;

/* A job is wanted for dax1.0, the second device of its region has none. */
static int set_up(void **state _unused_)
{
	world_make(&world);
	world_policy(&world, "a.region",
		     "[Match]\nDevice=dax1.0\n[Region]\nMode=system-ram\n");
	world_add_region(&world, 2);
	world_add_region(&world, 2);
	return policy_set_load(world.root.fd, getuid(), &policies);
}

static int tear_down(void **state _unused_)
{
	bystanders_clear(&bystanders);
	record_table_clear(&records);
	policy_set_free(policies);
	world_remove(&world);
	return 0;
}

static struct pass *make_pass(void)
{
	struct journal_jobs none = { 0 };
	struct pass *pass = NULL;

	assert_int_equal(pass_new(world_survey(&world, policies), &none,
				  &records, false, 1, &pass),
			 0);
	return pass;
}

static void note(void)
{
	_cleanup_pass_ struct pass *pass = make_pass();

	assert_int_equal(pass->n_wanted, 1);
	assert_int_equal(bystanders_note(&bystanders, pass), 0);
}

/* What is said of the device now, NULL: nothing. */
static char *change_of(const char *device)
{
	_cleanup_pass_ struct pass *pass = make_pass();

	return bystanders_change(&bystanders, pass->survey->snapshot,
				 survey_find(pass->survey, device));
}

static void test_unchanged(void **state _unused_)
{
	note();
	world_device(&world, "dax1.0")->driver = DRIVER_KMEM;
	/* Slices of one region are laid out together. */
	world_device(&world, "dax1.1")->driver = DRIVER_DEVICE_DAX;
	assert_null(change_of("dax0.0"));
	assert_null(change_of("dax0.1"));
	assert_null(change_of("dax1.0"));
	assert_null(change_of("dax1.1"));
}

static void test_taken(void **state _unused_)
{
	char *change;

	note();
	world_device(&world, "dax0.1")->driver = DRIVER_KMEM;
	assert_null(change_of("dax0.0"));
	change = change_of("dax0.1");
	assert_string_equal(change, "it had no driver and 0 memory blocks "
				    "online, and has kmem and 2, though no job "
				    "was about it, but about dax1.0");
	free(change);
}

static void test_new_device(void **state _unused_)
{
	note();
	world_add_region(&world, 1);
	assert_null(change_of("dax2.0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_unchanged, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_taken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_new_device, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
