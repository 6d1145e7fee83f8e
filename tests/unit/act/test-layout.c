// SPDX-License-Identifier: GPL-2.0-or-later
/* Layout where something comes between the plan and its steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/run.h"
#include "act/write.h"
#include "fake-kernel.h"
#include "survey/survey.h"

static void relayout(const char *layout, const char *settings)
{
	char text[512];

	fake_open(NULL, "");
	fake_layout(layout);
	snprintf(text, sizeof(text), "[Match]\nProvider=hmem\n[Region]\n%s",
		 settings);
	tree_write(&fake.tree, "etc/daxbroker/50.region", text);
}

static unsigned int seen_first(const struct facts_device *device _unused_,
			       void *userdata _unused_)
{
	return PLAN_FIRST_SIGHT;
}

static struct survey *take_survey(survey_flags_fn flags)
{
	struct survey *survey = NULL;

	assert_int_equal(
		survey_take(fake.tree.fd, getuid(), flags, NULL, &survey), 0);
	return survey;
}

/* Carries out what was planned before. */
static struct act_failure carry_out(const struct survey *survey,
				    enum act_outcome wanted)
{
	struct act_result result;

	assert_int_equal(act_run(fake.tree.fd, survey->items[0].plan, 0, NULL,
				 NULL, &result),
			 0);
	if (result.outcome != wanted)
		fail_msg("%s: %s", act_result_outcome_name(result.outcome),
			 act_result_describe(&result));
	return result.failure;
}

#define TWO                                          \
	"Mode=devdax\n[Device]\nName=a\nSize=128M\n" \
	"[Device]\nName=b\nSize=rest\n"

/* Present=keep is for the whole region. */
static void test_present(void **state _unused_)
{
	_cleanup_survey_ struct survey *first = NULL, *later = NULL;

	relayout("0+384:kmem:mmm", "Present=keep\n" TWO);
	first = take_survey(seen_first);
	assert_int_equal(first->items[0].plan->outcome, PLAN_KEEP);
	assert_non_null(strstr(first->items[0].plan->reason, "Present=keep"));
	later = take_survey(NULL);
	assert_int_equal(later->items[0].plan->outcome, PLAN_SWITCH);
	fake_close();
}

/* The last 64 MiB of the region. */
static void give_end(const char *device)
{
	assert_int_equal(act_write(fake.tree.fd, "114000000-117ffffff",
				   "sys/bus/dax/devices/%s/mapping", device),
			 0);
}

/* Somebody has use for a device that was empty: it is not destroyed. */
static void test_empty_no_more(void **state _unused_)
{
	_cleanup_survey_ struct survey *survey = NULL;
	struct act_failure failure;

	relayout("0+128:device_dax 128+64:none empty", TWO);
	survey = take_survey(NULL);
	give_end("dax0.2");
	failure = carry_out(survey, ACT_OVERTAKEN);
	assert_int_equal(failure.cause, ACT_CAUSE_CHANGED);
	assert_string_equal(failure.device, "dax0.2");
	assert_string_equal(fake_current_layout(),
			    "0+128:device_dax 128+64:none 320+64:none");
	fake_close();
}

/* Somebody has taken the room: undone, and it is told where. */
static void test_room_taken(void **state _unused_)
{
	_cleanup_survey_ struct survey *survey = NULL;
	struct act_failure failure;

	relayout("0+128:device_dax 128+64:none", TWO);
	survey = take_survey(NULL);
	assert_int_equal(survey->items[0].plan->outcome, PLAN_SWITCH);
	assert_int_equal(act_write(fake.tree.fd, "1",
				   "sys/devices/platform/hmem.0/dax_region/"
				   "create"),
			 0);
	give_end("dax0.2");
	failure = carry_out(survey, ACT_UNDONE);
	assert_int_equal(failure.cause, ACT_CAUSE_MEMORY);
	assert_int_equal(failure.range.start, 0x108000000);
	assert_int_equal(failure.range.end, 0x117ffffff);
	assert_string_equal(fake_current_layout(),
			    "0+128:device_dax 128+64:none 320+64:none");
	fake_close();
}

/* One that is to be changed has a driver by now. */
static void test_bound_meanwhile(void **state _unused_)
{
	_cleanup_survey_ struct survey *survey = NULL;
	struct act_failure failure;

	relayout("0+128:device_dax 128+64:none", TWO);
	survey = take_survey(NULL);
	assert_int_equal(act_write(fake.tree.fd, "dax0.1",
				   "sys/bus/dax/drivers/device_dax/bind"),
			 0);
	failure = carry_out(survey, ACT_OVERTAKEN);
	assert_int_equal(failure.cause, ACT_CAUSE_OTHER_DRIVER);
	assert_string_equal(fake_current_layout(),
			    "0+128:device_dax 128+64:device_dax");
	fake_close();
}

/* The first device is like no slice, but begins where one does: it is made
 * smaller in its place, and no other one is touched. */
static void test_shrink(void **state _unused_)
{
	_cleanup_survey_ struct survey *survey = NULL;

	relayout("0+256:none 256+128:device_dax",
		 "Mode=devdax\n[Device]\nName=a\nSize=128M\n"
		 "[Device]\nName=b\nSize=128M\n"
		 "[Device]\nName=c\nSize=128M\n");
	survey = take_survey(NULL);
	carry_out(survey, ACT_DONE);
	assert_string_equal(fake_current_layout(),
			    "0+128:none 128+128:none 256+128:device_dax");
	fake_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_present),
		cmocka_unit_test(test_empty_no_more),
		cmocka_unit_test(test_room_taken),
		cmocka_unit_test(test_bound_meanwhile),
		cmocka_unit_test(test_shrink),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
