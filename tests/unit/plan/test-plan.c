// SPDX-License-Identifier: GPL-2.0-or-later
/* device_plan_make() over snapshots made here: one device of four memory
 * blocks. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "machine.h"
#include "plan/device-plan.h"
#include "plan/step.h"
#include "policy/persistent.h"

static void test_devdax_to_ram(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	expect(&m, 0,
	       "check-unused unbind:device_dax bind:kmem:movable "
	       "online:movable:0");
	m.decision.use.zone = POLICY_ZONE_KERNEL;
	expect(&m, 0,
	       "check-unused unbind:device_dax bind:kmem:kernel "
	       "online:kernel:0");
	m.snapshot.kernel.has_kmem = false;
	expect(&m, 0,
	       "load-module:kmem check-unused unbind:device_dax "
	       "bind:kmem:kernel "
	       "online:kernel:0");
}

static void test_auto_online(void **state)
{
	struct machine m;

	(void)state;
	/* It is held at the zone for the time of the bind, whatever it is. */
	machine_init(&m);
	m.snapshot.kernel.auto_online_blocks = (char *)"online";
	expect(&m, 0,
	       "check-unused unbind:device_dax bind:kmem:movable "
	       "online:movable:0");
	m.decision.use.zone = POLICY_ZONE_KERNEL;
	expect(&m, 0,
	       "check-unused unbind:device_dax bind:kmem:kernel "
	       "online:kernel:0");
	/* Without the attribute nobody but us puts them online. */
	m.snapshot.kernel.auto_online_blocks = NULL;
	expect(&m, 0,
	       "check-unused unbind:device_dax bind:kmem:kernel "
	       "online:kernel:4");
	/* No zone is asked for: the kernel's own policy holds. */
	m.decision.use.zone = POLICY_ZONE_AUTO;
	m.snapshot.kernel.auto_online_blocks = (char *)"online_movable";
	expect(&m, 0, "check-unused unbind:device_dax bind:kmem online:auto:0");
	m.snapshot.kernel.auto_online_blocks = (char *)"offline";
	expect(&m, 0, "check-unused unbind:device_dax bind:kmem online:auto:4");
}

static void test_unbound(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	m.device.driver = NULL;
	m.device.holders_known = false;
	expect(&m, 0, "bind:kmem:movable online:movable:0");
	m.decision.use.mode = POLICY_MODE_DEVDAX;
	expect(&m, 0, "bind:device_dax");
	m.snapshot.kernel.has_device_dax = false;
	expect(&m, 0, "load-module:device_dax bind:device_dax");
}

static void test_ram_to_devdax(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	machine_plug(&m, 3, FACTS_ZONE_MOVABLE);
	m.decision.use.mode = POLICY_MODE_DEVDAX;
	expect(&m, 0, "offline:auto:3 unbind:kmem bind:device_dax");
	machine_plug(&m, 0, FACTS_ZONE_NONE);
	expect(&m, 0, "unbind:kmem bind:device_dax");
}

/* A lease's device, before the next one gets it. */
static void test_clear(void **state)
{
	_cleanup_plan_ struct plan *plan = NULL;
	struct machine m;

	(void)state;
	machine_init(&m);
	m.decision.use.mode = POLICY_MODE_DEVDAX;
	m.decision.use.clear = POLICY_CLEAR_VACATE;
	expect(&m, 0, "check-unused");
	m.decision.use.clear = POLICY_CLEAR_TAKE;
	expect(&m, 0, "unbind:device_dax bind:device_dax check-unused clear");
	m.decision.use.clear = POLICY_CLEAR_ZERO;
	expect(&m, 0, "check-unused clear");
	/* A step has time for each block. */
	assert_int_equal(device_plan_make(&m.snapshot, &m.device, &m.decision,
					  0, NULL, &plan),
			 0);
	assert_int_equal(plan->n_blocks, 4);
	assert_true(plan->steps[0].stays);
	/* Nobody can have it open yet. */
	machine_plug(&m, 3, FACTS_ZONE_MOVABLE);
	expect(&m, 0,
	       "offline:auto:3 unbind:kmem bind:device_dax check-unused "
	       "clear");
}

static void test_wanted_state_is_no_step(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	machine_plug(&m, 4, FACTS_ZONE_MOVABLE);
	expect(&m, 0, "nothing");
	m.decision.use.zone = POLICY_ZONE_AUTO;
	expect(&m, 0, "nothing");
	m.decision.use.mode = POLICY_MODE_DEVDAX;
	m.device.driver = (char *)"device_dax";
	m.device.n_blocks = 0;
	expect(&m, 0, "nothing");
	/* Its users and unreadable ranges are no reason to refuse nothing. */
	m.device.ranges_known = false;
	m.device.holders_known = false;
	expect(&m, 0, "nothing");
}

static void test_rezone(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	machine_plug(&m, 4, FACTS_ZONE_KERNEL);
	expect(&m, 0, "offline:movable:4 online:movable:4");
	machine_plug(&m, 3, FACTS_ZONE_KERNEL);
	expect(&m, 0, "offline:movable:3 online:movable:4");
	machine_plug(&m, 1, FACTS_ZONE_MOVABLE);
	expect(&m, 0, "online:movable:3");
	m.decision.use.zone = POLICY_ZONE_KERNEL;
	expect(&m, 0, "offline:kernel:1 online:kernel:4");
	/* Online over several zones: it is in none of them as a whole. */
	machine_plug(&m, 4, FACTS_ZONE_NONE);
	expect(&m, 0, "offline:kernel:4 online:kernel:4");
}

static void test_blocks_missing(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	machine_plug(&m, 2, FACTS_ZONE_MOVABLE);
	m.device.n_blocks = 2;
	expect(&m, 0,
	       "offline:auto:2 unbind:kmem bind:kmem:movable online:movable:0");
}

static void test_keep(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	m.decision.use.mode = POLICY_MODE_KEEP;
	expect(&m, 0, "keep");
	m.decision.use.mode = POLICY_MODE_SYSTEM_RAM;
	m.device.size = 0;
	expect(&m, 0, "keep");
}

static void test_present_keep(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	m.decision.use.mode = POLICY_MODE_DEVDAX;
	m.decision.use.present = POLICY_PRESENT_KEEP;
	machine_plug(&m, 4, FACTS_ZONE_MOVABLE);
	expect(&m, PLAN_FIRST_SIGHT, "keep");
	expect(&m, 0, "offline:auto:4 unbind:kmem bind:device_dax");
	/* Nothing is in use of it: not configured by anybody. */
	machine_plug(&m, 0, FACTS_ZONE_NONE);
	expect(&m, PLAN_FIRST_SIGHT, "unbind:kmem bind:device_dax");
	m.decision.use.present = POLICY_PRESENT_APPLY;
	machine_plug(&m, 4, FACTS_ZONE_MOVABLE);
	expect(&m, PLAN_FIRST_SIGHT,
	       "offline:auto:4 unbind:kmem bind:device_dax");
}

static void test_refuse_persistent(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	m.region.provider = FACTS_PROVIDER_PMEM;
	expect(&m, 0, "refused persistent");
	m.device.content = CONTENT_EXT4;
	expect(&m, 0, "refused persistent");
	m.device.content = CONTENT_UNKNOWN;
	m.device.driver = NULL;
	expect(&m, 0, "refused persistent");
	m.decision.use.persistent = POLICY_PERSISTENT_OVERWRITE;
	expect(&m, 0, "bind:kmem:movable online:movable:0");
	/* What is system RAM holds nothing that could be lost. */
	m.decision.use.persistent = POLICY_PERSISTENT_REFUSE;
	machine_plug(&m, 4, FACTS_ZONE_MOVABLE);
	expect(&m, 0, "nothing");
}

/* Nothing stands before the reading, and nobody is waited for after it. */
static void test_free_persistent(void **state)
{
	struct machine m;
	struct plan *plan;

	(void)state;
	machine_init(&m);
	m.region.provider = FACTS_PROVIDER_PMEM;
	m.device.content = CONTENT_BLANK;
	m.snapshot.kernel.has_kmem = false;
	m.decision.use.on_busy = POLICY_ON_BUSY_WAIT;
	m.decision.use.busy_timeout = POLICY_FOREVER;
	expect(&m, 0,
	       "check-empty load-module:kmem check-unused unbind:device_dax "
	       "bind:kmem:movable online:movable:0");
	plan = build(&m, 0);
	assert_int_equal(plan->steps[2].timeout, 0);
	plan_free(plan);
	m.decision.use.persistent = POLICY_PERSISTENT_OVERWRITE;
	plan = build(&m, 0);
	assert_int_equal(plan->steps[0].kind, PLAN_LOAD_MODULE);
	assert_int_equal(plan->steps[1].timeout, POLICY_FOREVER);
	plan_free(plan);
}

static void expect_reason(struct machine *m, const char *wanted)
{
	struct plan *plan = build(m, 0);

	assert_int_equal(plan->outcome, PLAN_REFUSED);
	if (!strstr(plan->reason, wanted))
		fail_msg("'%s' is not in '%s'", wanted, plan->reason);
	plan_free(plan);
}

/* A refusal tells what is known from what is not, and why. */
static void test_unknown_persistent(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	m.region.provider = FACTS_PROVIDER_PMEM;
	expect_reason(&m, "unknown whether it holds something (nobody has");
	m.device.content_why = FACTS_CONTENT_POISON;
	expect_reason(&m, "(poison: memory of it has failed)");
	m.device.users.exclusive = 1;
	expect_reason(&m, "(one process at a time can open it)");
	m.device.driver = NULL;
	expect_reason(&m, "(only while device_dax has it");
	m.device.content = CONTENT_EXT4;
	expect_reason(&m,
		      "would destroy what it holds (ext4); to allow that, say "
		      "Persistent=overwrite:ext4 in /etc/daxbroker/a.region");
	m.decision.use.persistent = CONTENT_KIND_BIT(CONTENT_SWAP);
	expect_reason(&m, "say Persistent=overwrite:ext4,swap in ");
	/* Another job reads it, or what is planned does. */
	machine_init(&m);
	m.region.provider = FACTS_PROVIDER_PMEM;
	m.device.content_why = FACTS_CONTENT_AT_WORK;
	expect(&m, 0,
	       "check-empty check-unused unbind:device_dax bind:kmem:movable "
	       "online:movable:0");
}

/* What the policy names may go, and that is looked at again. */
static void test_overwrite_kinds(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	m.region.provider = FACTS_PROVIDER_PMEM;
	m.decision.use.persistent = CONTENT_KIND_BIT(CONTENT_SWAP);
	m.device.content = CONTENT_EXT4;
	expect(&m, 0, "refused persistent");
	m.device.content = CONTENT_OTHER;
	expect(&m, 0, "refused persistent");
	m.device.content = CONTENT_UNKNOWN;
	expect(&m, 0, "refused persistent");
	m.device.content = CONTENT_SWAP;
	expect(&m, 0,
	       "check-empty check-unused unbind:device_dax bind:kmem:movable "
	       "online:movable:0");
	m.device.content = CONTENT_BLANK;
	expect(&m, 0,
	       "check-empty check-unused unbind:device_dax bind:kmem:movable "
	       "online:movable:0");
	m.decision.use.persistent = POLICY_PERSISTENT_OVERWRITE;
	m.device.content = CONTENT_EXT4;
	expect(&m, 0,
	       "check-unused unbind:device_dax bind:kmem:movable "
	       "online:movable:0");
}

/* Volatile memory may be another host's. */
static void test_shared(void **state)
{
	static const char steps[] =
		"check-unused unbind:device_dax bind:kmem:movable "
		"online:movable:0";
	struct policy_pool pool = { 0 };
	struct machine m;

	(void)state;
	machine_init(&m);
	m.region.provider = FACTS_PROVIDER_CXL;
	m.device.content = CONTENT_FAMFS;
	expect(&m, 0, "refused content");
	expect_reason(&m,
		      "dax0.0 holds famfs, which another host may use where "
		      "memory is shared; to overwrite that, say "
		      "Persistent=overwrite:famfs in "
		      "/etc/daxbroker/a.region");
	m.region.provider = FACTS_PROVIDER_HMEM;
	m.device.content = CONTENT_PMDK_OBJ;
	expect(&m, 0, "refused content");
	m.decision.use.persistent = CONTENT_KIND_BIT(CONTENT_FAMFS);
	expect(&m, 0, "refused content");
	m.decision.use.persistent = CONTENT_KIND_BIT(CONTENT_PMDK_OBJ);
	expect(&m, 0, steps);
	m.decision.use.persistent = POLICY_PERSISTENT_OVERWRITE;
	expect(&m, 0, steps);
	m.decision.use.persistent = POLICY_PERSISTENT_REFUSE;
	m.device.content = CONTENT_EXT4;
	expect(&m, 0, steps);
	m.device.content = CONTENT_UNKNOWN;
	expect(&m, 0, steps);
	m.device.content = CONTENT_FAMFS;
	m.decision.pool = &pool;
	expect(&m, 0, steps);
}

static void test_refuse_busy(void **state)
{
	struct machine m;
	struct plan *plan;

	(void)state;
	machine_init(&m);
	m.device.holders = &m.holder;
	m.device.n_holders = 1;
	plan = build(&m, 0);
	assert_string_equal(summary(plan), "refused busy");
	assert_non_null(strstr(plan->reason, "42 (fio, mapped)"));
	plan_free(plan);
	m.device.n_holders = 0;
	m.device.holders_known = false;
	expect(&m, 0, "refused busy");
}

static void test_refuse_impossible(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	m.device.target_node = -1;
	expect(&m, 0, "refused no-node");

	machine_init(&m);
	m.decision.use.zone = POLICY_ZONE_KERNEL;
	m.decision.use.one_way = POLICY_ONE_WAY_REFUSE;
	expect(&m, 0, "refused one-way");

	machine_init(&m);
	m.device.possible_blocks = 0;
	expect(&m, 0, "refused too-small");

	machine_init(&m);
	m.snapshot.kernel.block_size = 0;
	expect(&m, 0, "refused no-hotplug");

	machine_init(&m);
	m.device.driver = (char *)"famfs";
	expect(&m, 0, "refused foreign-driver");
	m.decision.use.mode = POLICY_MODE_DEVDAX;
	expect(&m, 0, "refused foreign-driver");

	machine_init(&m);
	machine_plug(&m, 4, FACTS_ZONE_MOVABLE);
	m.device.driver = NULL;
	expect(&m, 0, "refused stranded");
	m.decision.use.mode = POLICY_MODE_DEVDAX;
	expect(&m, 0, "refused stranded");

	machine_init(&m);
	m.device.ranges_known = false;
	expect(&m, 0, "refused unknown");
}

static void test_hostile_range(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	m.range = (struct phys_range){ 0, UINT64_MAX };
	m.snapshot.kernel.block_size = 4096;
	expect(&m, 0, "refused unknown");
}

static void test_layout(void **state)
{
	static struct policy_layout layout = {
		.message = (char *)"db (16G, devdax)",
	};
	struct machine m;

	(void)state;
	machine_init(&m);
	m.decision.layout = &layout;
	m.decision.use.mode = POLICY_MODE_KEEP;
	expect(&m, 0, "refused layout");
	layout.fault = POLICY_LAYOUT_TOO_LARGE;
	expect(&m, 0, "refused layout");
}

static void test_describe(void **state)
{
	struct machine m;
	struct plan *plan;
	char *text;

	(void)state;
	machine_init(&m);
	plan = build(&m, 0);
	text = plan_step_describe(plan, &plan->steps[3]);
	assert_string_equal(text,
			    "online memory32-35 as movable (0 of 4 blocks)");
	free(text);
	text = plan_step_describe_undo(plan, &plan->steps[1]);
	assert_string_equal(text, "bind dax0.0 to device_dax");
	free(text);
	assert_null(plan_step_describe_undo(plan, &plan->steps[0]));
	plan_free(plan);
}

/* A kmem with `state` takes all blocks offline by itself. */
/* As of a journal; without an array, too. */
static void test_describe_no_blocks(void **state)
{
	struct plan_step step = { .kind = PLAN_ONLINE };
	struct plan plan = { .steps = &step, .n_steps = 1 };
	_cleanup_free_ char *text = plan_step_describe(&plan, &step);

	(void)state;
	assert_non_null(strstr(text, "0 of 0 blocks"));
}

static void test_kmem_state(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	machine_plug(&m, 4, FACTS_ZONE_MOVABLE);
	m.device.kmem_state = (char *)"online_movable";
	m.decision.use.mode = POLICY_MODE_DEVDAX;
	expect(&m, 0, "unbind:kmem bind:device_dax");

	/* Nothing of it is plugged. */
	machine_init(&m);
	m.device.driver = (char *)"kmem";
	m.device.kmem_state = (char *)"unplugged";
	expect(&m, 0, "unbind:kmem bind:kmem:movable online:movable:0");
	m.decision.use.mode = POLICY_MODE_DEVDAX;
	expect(&m, 0, "unbind:kmem bind:device_dax");
}

/* daxbroker's kmem gets back what it was unbound from. */
static void test_adoption(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	machine_plug(&m, 3, FACTS_ZONE_MOVABLE);
	m.device.driver = NULL;
	m.snapshot.kernel.kmem_probe_state = (char *)"default";
	expect(&m, 0, "adopt:kmem online:movable:1");
	m.decision.use.zone = POLICY_ZONE_KERNEL;
	expect(&m, 0, "adopt:kmem offline:kernel:3 online:kernel:4");
	m.decision.use.mode = POLICY_MODE_DEVDAX;
	expect(&m, 0, "adopt:kmem unbind:kmem bind:device_dax");

	/* One of its blocks is gone: it is plugged anew. */
	machine_init(&m);
	machine_plug(&m, 3, FACTS_ZONE_MOVABLE);
	m.device.driver = NULL;
	m.device.n_blocks = N_BLOCKS - 1;
	m.snapshot.kernel.kmem_probe_state = (char *)"default";
	expect(&m, 0,
	       "adopt:kmem unbind:kmem bind:kmem:movable online:movable:0");
}

/* What daxbroker's device_dax counts decides, even where /proc shows nobody. */
static void test_users(void **state)
{
	struct machine m;
	struct plan *plan;

	(void)state;
	machine_init(&m);
	m.device.holders_known = false;
	expect(&m, 0, "refused busy");
	m.device.users.known = true;
	expect(&m, 0,
	       "check-unused unbind:device_dax bind:kmem:movable "
	       "online:movable:0");
	m.device.users.pinned_pages = 512;
	plan = build(&m, 0);
	assert_string_equal(summary(plan), "refused busy");
	assert_non_null(strstr(plan->reason, "512 references"));
	plan_free(plan);

	/* The switch itself waits. */
	m.decision.use.on_busy = POLICY_ON_BUSY_WAIT;
	m.decision.use.busy_timeout = 90000;
	plan = build(&m, 0);
	assert_string_equal(summary(plan),
			    "check-unused unbind:device_dax bind:kmem:movable "
			    "online:movable:0");
	assert_int_equal(plan->steps[0].timeout, 90000);
	plan_free(plan);

	m.device.users.poisoned_pages = 1;
	expect(&m, 0, "refused poisoned");
}

static void test_access(void **state)
{
	struct machine m;
	struct plan *plan;

	(void)state;
	machine_init(&m);
	m.decision.use.mode = POLICY_MODE_DEVDAX;
	m.decision.use.exclusive = POLICY_EXCLUSIVE_YES;
	/* The in-tree driver cannot. */
	expect(&m, 0, "refused in-tree-driver");
	m.decision.use.exclusive = POLICY_EXCLUSIVE_TRY;
	plan = build(&m, 0);
	assert_string_equal(summary(plan), "nothing");
	assert_non_null(strstr(plan->reason, "no effect"));
	plan_free(plan);
	m.decision.use.exclusive = POLICY_EXCLUSIVE_YES;

	m.device.users = (struct facts_users){ .known = true };
	plan = build(&m, 0);
	assert_string_equal(summary(plan), "access");
	assert_true(plan->steps[0].exclusive);
	assert_true(plan->steps[0].demanded);
	assert_false(plan->steps[0].dontfork);
	plan_free(plan);
	m.device.users.exclusive = 1;
	expect(&m, 0, "nothing");
	m.decision.use.exclusive = POLICY_EXCLUSIVE_NO;
	expect(&m, 0, "access");

	m.decision.use.fork_inheritance = POLICY_FORK_DROP;
	m.device.driver = NULL;
	expect(&m, 0, "refused in-tree-driver");
	m.decision.use.fork_inheritance = POLICY_FORK_TRY_DROP;
	expect(&m, 0, "bind:device_dax");
	m.snapshot.kernel.device_dax_attach = true;
	expect(&m, 0, "bind:device_dax access");
	m.decision.use.fork_inheritance = POLICY_FORK_DROP;
	expect(&m, 0, "bind:device_dax access");
	/* Nobody knows yet which one will be loaded. */
	m.snapshot.kernel.device_dax_attach = false;
	m.snapshot.kernel.has_device_dax = false;
	expect(&m, 0, "load-module:device_dax bind:device_dax access");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_access),
		cmocka_unit_test(test_kmem_state),
		cmocka_unit_test(test_adoption),
		cmocka_unit_test(test_devdax_to_ram),
		cmocka_unit_test(test_auto_online),
		cmocka_unit_test(test_unbound),
		cmocka_unit_test(test_ram_to_devdax),
		cmocka_unit_test(test_clear),
		cmocka_unit_test(test_wanted_state_is_no_step),
		cmocka_unit_test(test_rezone),
		cmocka_unit_test(test_blocks_missing),
		cmocka_unit_test(test_keep),
		cmocka_unit_test(test_present_keep),
		cmocka_unit_test(test_refuse_persistent),
		cmocka_unit_test(test_free_persistent),
		cmocka_unit_test(test_unknown_persistent),
		cmocka_unit_test(test_overwrite_kinds),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_refuse_busy),
		cmocka_unit_test(test_refuse_impossible),
		cmocka_unit_test(test_hostile_range),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_describe),
		cmocka_unit_test(test_describe_no_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
