// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "basic/names.h"
#include "broker/job/progress.h"

static char name[] = "dax0.0";
static uint64_t blocks[] = { 32, 33, 34, 40 };
static struct plan_step steps[] = {
	{ .kind = PLAN_CHECK_UNUSED },
	{ .kind = PLAN_UNBIND, .driver = DRIVER_DEVICE_DAX },
	{ .kind = PLAN_BIND,
	  .driver = DRIVER_KMEM,
	  .zone = POLICY_ZONE_MOVABLE },
	{ .kind = PLAN_OFFLINE },
};
static const struct plan plan = {
	.device = name,
	.block_size = 128 << 20,
	.blocks = blocks,
	.n_blocks = ARRAY_SIZE(blocks),
	.steps = steps,
	.n_steps = ARRAY_SIZE(steps),
};

static struct progress progress;

static int set_up(void **state)
{
	(void)state;
	return progress_init(&progress, &plan);
}

static int tear_down(void **state)
{
	(void)state;
	progress_done(&progress);
	return 0;
}

static void assert_says(const char *text)
{
	_cleanup_free_ char *now = progress_describe(&progress);

	assert_string_equal(now, text);
}

static void test_steps(void **state)
{
	(void)state;
	assert_says("dax0.0: step 1 of 4: check that nobody uses /dev/dax0.0");
	assert_false(progress_step(&progress, ARRAY_SIZE(steps), ACT_TAKING));
	assert_true(progress_step(&progress, 1, ACT_UNDOING));
	assert_says("dax0.0: undoing step 2 of 4: bind dax0.0 to device_dax");
}

static void test_blocks(void **state)
{
	(void)state;
	assert_true(progress_step(&progress, 2, ACT_TAKING));
	assert_true(progress_block(&progress, 33, true));
	/* Told twice, somebody else's, and late news of another step. */
	assert_false(progress_block(&progress, 33, true));
	assert_false(progress_block(&progress, 35, true));
	assert_false(progress_block(&progress, 34, false));
	assert_true(progress_block(&progress, 40, true));
	assert_says("dax0.0: step 3 of 4: bind dax0.0 to kmem, its memory "
		    "online as movable; 2 of 4 blocks, 256M of 512M");
	/* Back again. */
	assert_true(progress_step(&progress, 2, ACT_UNDOING));
	assert_false(progress_block(&progress, 40, true));
	assert_true(progress_block(&progress, 40, false));
	assert_says("dax0.0: undoing step 3 of 4: unbind dax0.0 from kmem; "
		    "1 of 4 blocks, 128M of 512M");
	assert_true(progress_step(&progress, 3, ACT_UNDOING));
	assert_true(progress_block(&progress, 32, true));
}

/* Not each of very many changes what is shown. */
static void test_many_blocks(void **state)
{
	static uint64_t ids[300];
	struct plan many = plan;
	struct progress of_many;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		ids[i] = i;
	many.blocks = ids;
	many.n_blocks = ARRAY_SIZE(ids);
	assert_int_equal(progress_init(&of_many, &many), 0);
	assert_true(progress_step(&of_many, 2, ACT_TAKING));
	assert_false(progress_block(&of_many, 0, true));
	assert_false(progress_block(&of_many, 1, true));
	assert_true(progress_block(&of_many, 2, true));
	progress_done(&of_many);
}

static void test_steps_without_blocks(void **state)
{
	(void)state;
	assert_false(progress_block(&progress, 32, true));
	assert_true(progress_step(&progress, 1, ACT_TAKING));
	assert_false(progress_block(&progress, 32, true));
	assert_false(progress_block(&progress, 32, false));
}

static void assert_count(uint64_t done, uint64_t all, bool moving)
{
	const struct progress_count count = progress_count(&progress);

	assert_int_equal(count.done, done);
	assert_int_equal(count.all, all);
	assert_int_equal(count.moving, moving);
}

/* Over all steps; those that move the same blocks are one. */
static void test_count(void **state)
{
	static struct plan_step both[] = {
		{ .kind = PLAN_OFFLINE },
		{ .kind = PLAN_BIND, .driver = DRIVER_KMEM },
		{ .kind = PLAN_ONLINE, .zone = POLICY_ZONE_MOVABLE },
	};
	struct plan of_both = plan;

	(void)state;
	of_both.steps = both;
	of_both.n_steps = ARRAY_SIZE(both);
	progress.plan = &of_both;
	assert_count(0, 8, true);
	progress_block(&progress, 33, false);
	assert_count(1, 8, true);
	progress_step(&progress, 1, ACT_TAKING);
	assert_count(4, 8, true);
	progress_block(&progress, 32, true);
	progress_step(&progress, 2, ACT_TAKING);
	progress_block(&progress, 33, true);
	assert_count(6, 8, true);
	progress_step(&progress, 0, ACT_UNDOING);
	assert_count(0, 4, true);
	progress.plan = &plan;
}

#define progress_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		progress_test(test_steps),
		progress_test(test_blocks),
		progress_test(test_many_blocks),
		progress_test(test_steps_without_blocks),
		progress_test(test_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
