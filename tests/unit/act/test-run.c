// SPDX-License-Identifier: GPL-2.0-or-later
/* A plan's way in single scenes, over the fake kernel: each shape once, and
 * what comes between two steps. The matrix tries all there is of the rest. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/run.h"
#include "facts/root.h"
#include "fake-machine.h"
#include "matrix-shapes.h"
#include "survey/survey.h"

#define JOURNAL "run/daxbroker/journal"
#define TO_RAM "Mode=system-ram\nZone=movable\n"
#define TO_DEVDAX "Mode=devdax\n"

static void decide(const char *settings)
{
	char text[512];

	snprintf(text, sizeof(text), "[Match]\nDevice=*\n[Region]\n%s",
		 settings);
	tree_write(&fake.tree, "etc/daxbroker/50.region", text);
}

static struct survey *take_survey(void)
{
	struct survey *survey = NULL;

	assert_int_equal(
		survey_take(fake.tree.fd, getuid(), NULL, NULL, &survey), 0);
	assert_int_equal(survey->items[0].plan->outcome, PLAN_SWITCH);
	return survey;
}

static struct act_failure carry_out(const struct survey *survey,
				    uint64_t waited, act_progress_fn progress,
				    enum act_outcome wanted)
{
	struct act_result result;

	assert_int_equal(act_run(fake.tree.fd, survey->items[0].plan, waited,
				 progress, NULL, &result),
			 0);
	if (result.outcome != wanted)
		fail_msg("%s: %s", act_result_outcome_name(result.outcome),
			 act_result_describe(&result));
	return result.failure;
}

/* What is decided is planned and carried out. */
static struct act_failure switch_now(const char *settings,
				     enum act_outcome wanted)
{
	_cleanup_survey_ struct survey *survey = NULL;

	decide(settings);
	survey = take_survey();
	return carry_out(survey, 0, NULL, wanted);
}

static void expect_line(const char *path, const char *wanted)
{
	_cleanup_free_ char *line = NULL;

	assert_int_equal(root_read_line(fake.tree.fd, path, &line), 0);
	assert_string_equal(line, wanted);
}

static void try_shape(const struct shape *shape, bool daxbroker)
{
	fake_open(shape->driver, shape->blocks);
	if (shape->layout)
		fake_layout(shape->layout);
	if (shape->grants)
		fake_grant(shape->grants, shape->clear ?: "no");
	if (shape->clear)
		fake_fill_memory(2 << 20, daxbroker);
	if (shape->memmap)
		fake_offer_memmap(shape->memmap == MEMMAP_ON);
	if (daxbroker)
		fake_offer_kmem(shape->left);
	switch_now(shape->settings, ACT_DONE);
	assert_string_equal(shape_state(shape), shape->wanted);
	fake_close();
}

static void test_shapes(void **state _unused_)
{
	for (size_t i = 0; i < n_shapes; i++) {
		if (!shapes[i].daxbroker)
			try_shape(&shapes[i], false);
		try_shape(&shapes[i], true);
	}
}

/* A page under I/O. */
static void test_busy_for_a_moment(void **state _unused_)
{
	fake_open("kmem", "mmm");
	fake.strike_at = 1;
	fake.error = EBUSY;
	switch_now(TO_DEVDAX, ACT_DONE);
	assert_string_equal(fake_state(), "device_dax ");
	fake_close();
}

static void test_half_done(void **state _unused_)
{
	fake_open("kmem", "ooo");
	fake.strike_at = 2;
	fake.error = EIO;
	assert_int_equal(switch_now(TO_RAM, ACT_UNDONE).cause,
			 ACT_CAUSE_ONLINE);
	assert_string_equal(fake_state(), "kmem ooo");
	fake_close();
}

/* Undoing brings only that online which was. */
static void test_partly_online(void **state _unused_)
{
	fake_open("kmem", "omm");
	fake.strike_at = 2;
	fake.error = EIO;
	assert_int_equal(switch_now(TO_DEVDAX, ACT_UNDONE).cause,
			 ACT_CAUSE_OFFLINE);
	assert_string_equal(fake_state(), "kmem omm");
	fake_close();
}

static void take_journal(const struct plan *plan _unused_, size_t step,
			 enum act_phase phase, void *userdata _unused_)
{
	if (step != 1 || phase != ACT_TAKING)
		return;
	assert_int_equal(unlinkat(fake.tree.fd, JOURNAL, 0), 0);
	tree_mkdir(&fake.tree, JOURNAL);
}

static bool fail_unbind(const char *path)
{
	assert_null(strstr(path, "/unbind"));
	return false;
}

/* A step that the journal does not have is not taken. */
static void test_no_journal(void **state _unused_)
{
	_cleanup_survey_ struct survey *survey = NULL;

	fake_open("device_dax", "");
	decide(TO_RAM);
	survey = take_survey();
	fake.before = fail_unbind;
	assert_int_equal(carry_out(survey, 0, take_journal, ACT_UNDONE).cause,
			 ACT_CAUSE_JOURNAL);
	assert_string_equal(fake_state(), "device_dax ");
	fake_close();
}

static void find_lock(const struct plan *plan _unused_, size_t step,
		      enum act_phase phase, void *userdata _unused_)
{
	if (step == 0 && phase == ACT_TAKING)
		assert_true(
			root_exists(fake.tree.fd, "run/daxbroker/bind.lock"));
}

/* What undoing needs a file for has it before anything moves. */
static void test_room_to_undo(void **state _unused_)
{
	_cleanup_survey_ struct survey *survey = NULL;

	fake_open("device_dax", "");
	decide(TO_RAM);
	survey = take_survey();
	carry_out(survey, 0, find_lock, ACT_DONE);
	fake_close();
}

static bool go_online(const char *path)
{
	if (strcmp(path, FAKE_DRIVERS "/kmem/unbind") == 0)
		fake_set_block(FAKE_FIRST_BLOCK, 'k');
	return false;
}

/* In the last moment somebody brings memory online, and the in-tree kmem leaves
 * it behind. */
static void test_left_behind(void **state _unused_)
{
	fake_open("kmem", "ooo");
	fake.before = go_online;
	assert_int_equal(switch_now(TO_DEVDAX, ACT_STUCK).cause,
			 ACT_CAUSE_STILL_THERE);
	fake_close();
}

/* Meanwhile a driver that is new to the bus is given no device. */
static void test_load_module(void **state _unused_)
{
	fake_open(NULL, "");
	assert_int_equal(
		unlinkat(fake.tree.fd, FAKE_DRIVERS "/kmem", AT_REMOVEDIR), 0);
	tree_write(&fake.tree, FAKE_AUTOPROBE, "1");
	switch_now(TO_RAM, ACT_DONE);
	assert_int_equal(fake.autoprobe, '0');
	expect_line(FAKE_AUTOPROBE, "1");
	assert_string_equal(fake_state(), "kmem mmm");
	fake_close();
}

static void test_new_to_the_driver(void **state _unused_)
{
	fake_open(NULL, "");
	fake.unlisted = true;
	switch_now(TO_DEVDAX, ACT_DONE);
	assert_string_equal(fake_state(), "device_dax ");
	fake_close();
}

static bool bind_first(const char *path)
{
	if (strcmp(path, FAKE_DRIVERS "/kmem/bind") == 0)
		fake_set_driver("dax0.0", "device_dax");
	return false;
}

/* Somebody else was faster. */
static void test_other_driver(void **state _unused_)
{
	fake_open(NULL, "");
	fake.before = bind_first;
	assert_int_equal(switch_now(TO_RAM, ACT_OVERTAKEN).cause,
			 ACT_CAUSE_OTHER_DRIVER);
	assert_string_equal(fake_state(), "device_dax ");
	fake_close();
}

static bool give_other_memory(const char *path)
{
	const char *end = strrchr(path, '/');

	if (strcmp(end, "/mapping") != 0)
		return false;
	assert_int_equal(
		fake_write_device("dax0.1", "mapping", "114000000-117ffffff"),
		0);
	return true;
}

/* The device that was made has other memory than it was given: it is somebody
 * else's. */
static void test_made_by_another(void **state _unused_)
{
	fake_open(NULL, "");
	fake_layout("0+128:device_dax");
	fake.before = give_other_memory;
	assert_int_equal(switch_now(TO_DEVDAX "[Device]\nName=a\nSize=128M\n"
					      "[Device]\nName=b\nSize=rest\n",
				    ACT_UNDONE)
				 .cause,
			 ACT_CAUSE_SHAPE);
	assert_string_equal(fake_current_layout(),
			    "0+128:device_dax 320+64:none");
	fake_close();
}

/* The driver never says that it is drained. */
static void offer_drain(const char *device)
{
	tree_write(&fake.tree, fake_device_path(device, "drain"), "0");
}

static void test_users_stay(void **state _unused_)
{
	fake_open("device_dax", "");
	offer_drain("dax0.0");
	assert_int_equal(
		switch_now(TO_RAM "OnBusy=refuse\n", ACT_REFUSED).cause,
		ACT_CAUSE_USERS_LEFT);
	/* It can be opened again. */
	expect_line(fake_device_path("dax0.0", "drain"), "0");
	assert_string_equal(fake_state(), "device_dax ");
	fake_close();
}

static void fail_waiting(const struct plan *plan _unused_, size_t step _unused_,
			 enum act_phase phase, void *userdata _unused_)
{
	assert_int_not_equal(phase, ACT_WAITING);
}

/* All of its time was waited before it was preempted. */
static void test_waited_before(void **state _unused_)
{
	_cleanup_survey_ struct survey *survey = NULL;

	fake_open("device_dax", "");
	offer_drain("dax0.0");
	decide(TO_RAM "OnBusy=wait\nBusyTimeout=2s\n");
	survey = take_survey();
	assert_int_equal(
		carry_out(survey, 2000, fail_waiting, ACT_REFUSED).cause,
		ACT_CAUSE_USERS_LEFT);
	fake_close();
}

/* What was taken from the first device, it gets back. */
static void test_second_has_users(void **state _unused_)
{
	fake_open(NULL, "");
	fake_layout("0+192:device_dax 192+192:device_dax");
	offer_drain("dax0.1");
	switch_now(TO_DEVDAX "OnBusy=refuse\n[Device]\nName=a\nSize=128M\n"
			     "[Device]\nName=b\nSize=rest\n",
		   ACT_REFUSED);
	assert_string_equal(fake_current_layout(),
			    "0+192:device_dax 192+192:device_dax");
	fake_close();
}

/* By the time it is carried out nobody can see all processes any more. */
static void test_users_unknown(void **state _unused_)
{
	_cleanup_survey_ struct survey *survey = NULL;

	fake_open("device_dax", "");
	decide(TO_RAM "OnBusy=refuse\n");
	survey = take_survey();
	tree_link(&fake.tree, "proc/self/ns/pid", "pid:[1]");
	assert_int_equal(carry_out(survey, 0, NULL, ACT_REFUSED).cause,
			 ACT_CAUSE_USERS_UNKNOWN);
	fake_close();
}

/* A process has it open: "dax0.0" is /dev/null here. */
static void test_in_use(void **state _unused_)
{
	_cleanup_survey_ struct survey *survey = NULL;

	fake_open("device_dax", "");
	tree_write(&fake.tree, fake_device_path("dax0.0", "dev"), "1:3\n");
	tree_write(&fake.tree, "proc/1/maps",
		   "7f00-7f01 rw-p 00000000 00:00 0\n");
	tree_write(&fake.tree, "proc/1/comm", "fio\n");
	tree_link(&fake.tree, "proc/1/fd/3", "/dev/null");
	decide(TO_RAM "OnBusy=refuse\n");
	assert_int_equal(
		survey_take(fake.tree.fd, getuid(), NULL, NULL, &survey), 0);
	assert_int_equal(survey->items[0].plan->refusal, PLAN_REFUSAL_BUSY);
	fake_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_busy_for_a_moment),
		cmocka_unit_test(test_half_done),
		cmocka_unit_test(test_partly_online),
		cmocka_unit_test(test_no_journal),
		cmocka_unit_test(test_room_to_undo),
		cmocka_unit_test(test_left_behind),
		cmocka_unit_test(test_load_module),
		cmocka_unit_test(test_new_to_the_driver),
		cmocka_unit_test(test_other_driver),
		cmocka_unit_test(test_made_by_another),
		cmocka_unit_test(test_in_use),
		cmocka_unit_test(test_users_stay),
		cmocka_unit_test(test_waited_before),
		cmocka_unit_test(test_second_has_users),
		cmocka_unit_test(test_users_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
