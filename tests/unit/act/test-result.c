// SPDX-License-Identifier: GPL-2.0-or-later
/* What happened, as the sentences that people read; and every cause has one. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "act/result.h"
#include "basic/cleanup.h"

static void expect(const struct act_result *result, const char *wanted)
{
	_cleanup_free_ char *text = act_result_describe(result);

	assert_string_equal(text, wanted);
}

static const struct act_result undone = {
	.outcome = ACT_UNDONE,
	.device = "dax0.0",
	.step = 1,
	.n_steps = 3,
	.kind = PLAN_BIND,
	.failure = { .cause = ACT_CAUSE_BIND,
		     .error = EIO,
		     .device = "dax0.0",
		     .name = "kmem" },
};

static void test_undone(void **state _unused_)
{
	struct act_result result = undone;

	expect(&result,
	       "step 2 of 3 (bind) failed: dax0.0 cannot be bound to kmem: "
	       "Input/output error; the kernel's log has the reason. dax0.0 is "
	       "as it was before");
	result.blocks_added = true;
	result.failure = (struct act_failure){
		.cause = ACT_CAUSE_OFFLINE,
		.error = EIO,
		.device = "dax0.0",
		.has_block = true,
		.block = 33,
		.range = { 0x108000000, 0x10fffffff },
		.blocker = { .kind = "slab", .count = 7 },
	};
	expect(&result,
	       "step 2 of 3 (bind) failed: memory33 of dax0.0 "
	       "(0x108000000-0x10fffffff) would not go offline: Input/output "
	       "error. dax0.0 is as it was before, but for memory blocks that "
	       "are there besides, offline. Found in the way: 7 pages of "
	       "kernel "
	       "objects (slab)");
}

static void test_stuck(void **state _unused_)
{
	struct act_result result = undone;

	result.outcome = ACT_STUCK;
	result.undo = (struct act_failure){ .cause = ACT_CAUSE_DRAIN_END,
					    .device = "dax0.0" };
	expect(&result,
	       "step 2 of 3 (bind) failed: dax0.0 cannot be bound to kmem: "
	       "Input/output error; the kernel's log has the reason. Undoing "
	       "it "
	       "failed: /dev/dax0.0 does not take users again; write 0 to its "
	       "attribute drain. dax0.0 is left as it is");
	/* A job that was cut off: only undoing it has failed. */
	result.failure = (struct act_failure){ 0 };
	expect(&result, "undoing it failed: /dev/dax0.0 does not take users "
			"again; write "
			"0 to its attribute drain. dax0.0 is left as it is");
}

static void test_whole(void **state _unused_)
{
	struct act_result result = {
		.outcome = ACT_REFUSED,
		.device = "dax0.0",
		.n_steps = 3,
		.failure = { .cause = ACT_CAUSE_IN_USE,
			     .device = "dax0.0",
			     .blocker = { .kind = "mapped",
					  .pid = 812,
					  .command = "qemu",
					  .cgroup = "/machine.slice",
					  .count = 3 } },
	};

	expect(&result, "/dev/dax0.0 is in use by process 812 (qemu, mapped, "
			"in /machine.slice) "
			"and 2 more; end that, then run daxbroker apply");
	result.outcome = ACT_LOST;
	result.failure = (struct act_failure){ .cause = ACT_CAUSE_TOO_LONG,
					       .device = "dax0.0" };
	expect(&result, "it was cancelled at step 1 of 3 (check-unused): it "
			"took too long; \"daxbroker diagnose dax0.0\" shows "
			"what keeps memory online. What it had done is "
			"undone");
}

/* What another agent did has an errno of daxbroker's making. */
static void test_other_agent(void **state _unused_)
{
	struct act_result result = {
		.outcome = ACT_OVERTAKEN,
		.device = "dax0.0",
		.n_steps = 1,
		.kind = PLAN_ONLINE,
		.failure = { .cause = ACT_CAUSE_WENT_ONLINE,
			     .error = EXDEV,
			     .device = "dax0.0" },
	};

	expect(&result,
	       "step 1 of 1 (online) failed: the memory of dax0.0 went online "
	       "meanwhile; unbinding now would lose it until reboot. dax0.0 is "
	       "as it was before");
}

/* Has a name of its own and a sentence without placeholders left in it. */
static void test_causes(void **state _unused_)
{
	assert_null(act_failure_describe(&(struct act_failure){ 0 }));
	for (enum act_cause cause = 1; cause < ACT_CAUSES; cause++) {
		const struct act_failure failure = {
			.cause = cause,
			.error = EBUSY,
			.zone = POLICY_ZONE_MOVABLE,
		};
		_cleanup_free_ char *text = act_failure_describe(&failure);

		assert_non_null(text);
		if (strlen(text) < 10 || strpbrk(text, "{}"))
			fail_msg("%s: %s", act_cause_text(cause)->name, text);
		for (enum act_cause other = 0; other < cause; other++)
			assert_string_not_equal(act_cause_text(other)->name,
						act_cause_text(cause)->name);
	}
}

static void add_fact(const char *name, const char *value, bool is_number,
		     void *userdata)
{
	char *text = userdata;
	size_t used = strlen(text);

	snprintf(text + used, 512 - used, is_number ? "%s=%s " : "%s='%s' ",
		 name, value);
}

static void test_facts(void **state _unused_)
{
	struct act_result result = undone;
	char text[512] = "";

	result.undo = (struct act_failure){ .cause = ACT_CAUSE_UNBIND,
					    .error = EBUSY };
	result.failure.has_block = true;
	result.failure.cause = ACT_CAUSE_ZONE;
	result.failure.zone = POLICY_ZONE_KERNEL;
	result.failure.blocker = (struct act_blocker){
		.kind = "pinned", .pid = 7, .command = "qemu", .count = 9
	};
	act_result_facts(&result, add_fact, text);
	assert_string_equal(
		text, "job_outcome='undone' step=2 steps=3 step_kind='bind' "
		      "cause='zone' errno=5 block=0 zone='kernel' "
		      "cause_name='kmem' blocker_kind='pinned' "
		      "blocker_pid=7 blocker_command='qemu' blocker_count=9 "
		      "undo_cause='unbind' undo_errno=16 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_undone),
		cmocka_unit_test(test_stuck),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_other_agent),
		cmocka_unit_test(test_causes),
		cmocka_unit_test(test_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
