// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory that an unbind left behind, and that reaches beyond the device that it
 * is found in. What the matrix tries is not tried here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/run.h"
#include "act/write.h"
#include "fake-kernel.h"
#include "survey/survey.h"

/* The device has two of the three blocks that its former self had. */
static void open_beyond(const char *blocks)
{
	fake_open(NULL, blocks);
	fake_layout("0+256:none");
	fake_offer_kmem("0+384");
	tree_write(&fake.tree, "etc/daxbroker/50.region",
		   "[Match]\nDevice=*\n[Region]\nMode=devdax\n");
}

static enum act_cause carry_out(enum act_outcome wanted)
{
	_cleanup_survey_ struct survey *survey = NULL;
	struct act_result result;

	assert_int_equal(
		survey_take(fake.tree.fd, getuid(), NULL, NULL, &survey), 0);
	assert_int_equal(act_run(fake.tree.fd, survey->items[0].plan, 0, NULL,
				 NULL, &result),
			 0);
	if (result.outcome != wanted)
		fail_msg("%s: %s", act_result_outcome_name(result.outcome),
			 act_result_describe(&result));
	return result.failure.cause;
}

static void refused(const char *blocks, const char *state)
{
	open_beyond(blocks);
	assert_int_equal(carry_out(ACT_UNDONE), ACT_CAUSE_LEFT_BEYOND);
	assert_string_equal(fake_state(), state);
	fake_close();
}

static void test_beyond(void **state _unused_)
{
	refused("mkm", "none mkm");
	/* All of its own is offline already. */
	refused("oom", "none oom");
}

/* Somebody takes the rest offline. */
static void test_way_cleared(void **state _unused_)
{
	open_beyond("mkm");
	assert_int_equal(act_write(fake.tree.fd, "offline",
				   "sys/devices/system/memory/memory34/state"),
			 0);
	assert_int_equal(carry_out(ACT_DONE), ACT_CAUSE_NONE);
	assert_string_equal(fake_state(), "device_dax ");
	fake_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_beyond),
		cmocka_unit_test(test_way_cleared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
