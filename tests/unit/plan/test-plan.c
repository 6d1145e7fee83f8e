// SPDX-License-Identifier: GPL-2.0-or-later
/* plan_build() over snapshots made here: one device of four memory blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/plan/plan.h"

#define BLOCK (UINT64_C(128) << 20)
#define FIRST_BLOCK 32
#define N_BLOCKS 4

/* A whole machine; machine_init() gives a devdax hmem device of N_BLOCKS. */
struct machine {
	struct facts_snapshot snapshot;
	struct facts_region region;
	struct facts_device device;
	struct facts_block blocks[N_BLOCKS];
	size_t block_index[N_BLOCKS];
	struct phys_range range;
	struct facts_holder holder;
	struct policy_decision decision;
	struct policy_limits limits;
	struct plan_balance before;
};

static void machine_init(struct machine *m)
{
	*m = (struct machine){
		.range = { FIRST_BLOCK * BLOCK,
			   (FIRST_BLOCK + N_BLOCKS) * BLOCK - 1 },
		.region = { .path = (char *)"/devices/platform/hmem.0",
			    .provider = FACTS_PROVIDER_HMEM },
		.device = { .name = (char *)"dax0.0",
			    .identity = (char *)"hmem:0x1-0x2",
			    .path = (char *)"/devices/platform/hmem.0/dax0.0",
			    .driver = (char *)"device_dax",
			    .size = N_BLOCKS * BLOCK,
			    .target_node = 1,
			    .ranges_known = true,
			    .n_ranges = 1,
			    .possible_blocks = N_BLOCKS,
			    .holders_known = true },
		.holder = { .pid = 42,
			    .command = (char *)"fio",
			    .mapped = true },
		.decision = { .mode = POLICY_MODE_SYSTEM_RAM,
			      .zone = POLICY_ZONE_MOVABLE,
			      .file = "/etc/daxbroker/a.region" },
	};
	m->device.ranges = &m->range;
	m->device.blocks = m->block_index;
	m->snapshot.kernel.block_size = BLOCK;
	m->snapshot.kernel.auto_online_blocks = (char *)"offline";
	m->snapshot.kernel.has_dax_bus = true;
	m->snapshot.kernel.has_device_dax = true;
	m->snapshot.kernel.has_kmem = true;
	m->snapshot.regions = &m->region;
	m->snapshot.n_regions = 1;
	m->snapshot.devices = &m->device;
	m->snapshot.n_devices = 1;
	m->snapshot.blocks = m->blocks;
}

/* Its memory is hot-plugged; the first @n_online blocks are online in @zone. */
static void machine_plug(struct machine *m, size_t n_online,
			 enum facts_zone zone)
{
	m->device.driver = (char *)"kmem";
	m->device.n_blocks = N_BLOCKS;
	m->snapshot.n_blocks = N_BLOCKS;
	for (size_t i = 0; i < N_BLOCKS; i++) {
		m->block_index[i] = i;
		m->blocks[i] = (struct facts_block){
			.id = FIRST_BLOCK + i,
			.state = i < n_online ? FACTS_BLOCK_ONLINE
					      : FACTS_BLOCK_OFFLINE,
			.zone = i < n_online ? zone : FACTS_ZONE_NONE,
			.node = 1,
		};
	}
}

static struct plan *build(struct machine *m, unsigned int flags)
{
	struct plan *plan = NULL;

	assert_int_equal(plan_build(&m->snapshot, &m->device, &m->decision,
				    flags, &m->before, &plan),
			 0);
	assert_non_null(plan);
	assert_non_null(plan->reason);
	return plan;
}

/* The plan as one line: "nothing", "refused busy" or "unbind:device_dax ...";
 * blocks and zones are part of it. */
static char *summary(const struct plan *plan)
{
	static const char *const zones[] = { "auto", "movable", "kernel" };
	static char text[512];
	size_t n = 0;

	if (plan->outcome == PLAN_REFUSED) {
		snprintf(text, sizeof(text), "refused %s",
			 plan_refusal_name(plan->refusal));
		return text;
	}
	if (plan->outcome != PLAN_SWITCH) {
		assert_int_equal(plan->n_steps, 0);
		snprintf(text, sizeof(text), "%s",
			 plan_outcome_name(plan->outcome));
		return text;
	}
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];

		assert_non_null(step->reason);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s",
				      i ? " " : "",
				      plan_step_kind_name(step->kind));
		if (step->driver)
			n += (size_t)snprintf(text + n, sizeof(text) - n, ":%s",
					      step->driver);
		if (step->kind == PLAN_BIND && step->zone != POLICY_ZONE_AUTO)
			n += (size_t)snprintf(text + n, sizeof(text) - n, ":%s",
					      zones[step->zone]);
		if (step->kind == PLAN_ONLINE || step->kind == PLAN_OFFLINE)
			n += (size_t)snprintf(text + n, sizeof(text) - n,
					      ":%s:%d", zones[step->zone],
					      (int)step->n_blocks);
	}
	return text;
}

static void expect(struct machine *m, unsigned int flags, const char *wanted)
{
	struct plan *plan = build(m, flags);

	assert_string_equal(summary(plan), wanted);
	plan_free(plan);
}

static void test_devdax_to_ram(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	expect(&m, 0,
	       "check-unused unbind:device_dax bind:kmem:movable "
	       "online:movable:0");
	m.decision.zone = POLICY_ZONE_KERNEL;
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
	m.decision.zone = POLICY_ZONE_KERNEL;
	expect(&m, 0,
	       "check-unused unbind:device_dax bind:kmem:kernel "
	       "online:kernel:0");
	/* Without the attribute nobody but us puts them online. */
	m.snapshot.kernel.auto_online_blocks = NULL;
	expect(&m, 0,
	       "check-unused unbind:device_dax bind:kmem:kernel "
	       "online:kernel:4");
	/* No zone is asked for: the kernel's own policy holds. */
	m.decision.zone = POLICY_ZONE_AUTO;
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
	m.decision.mode = POLICY_MODE_DEVDAX;
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
	m.decision.mode = POLICY_MODE_DEVDAX;
	expect(&m, 0, "offline:auto:3 unbind:kmem bind:device_dax");
	machine_plug(&m, 0, FACTS_ZONE_NONE);
	expect(&m, 0, "unbind:kmem bind:device_dax");
}

static void test_wanted_state_is_no_step(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	machine_plug(&m, 4, FACTS_ZONE_MOVABLE);
	expect(&m, 0, "nothing");
	m.decision.zone = POLICY_ZONE_AUTO;
	expect(&m, 0, "nothing");
	m.decision.mode = POLICY_MODE_DEVDAX;
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
	m.decision.zone = POLICY_ZONE_KERNEL;
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
	m.decision.mode = POLICY_MODE_KEEP;
	expect(&m, 0, "keep");
	m.decision.mode = POLICY_MODE_SYSTEM_RAM;
	m.device.size = 0;
	expect(&m, 0, "keep");
}

static void test_present_keep(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	m.decision.mode = POLICY_MODE_DEVDAX;
	m.decision.present = POLICY_PRESENT_KEEP;
	machine_plug(&m, 4, FACTS_ZONE_MOVABLE);
	expect(&m, PLAN_FIRST_SIGHT, "keep");
	expect(&m, 0, "offline:auto:4 unbind:kmem bind:device_dax");
	/* Nothing is in use of it: not configured by anybody. */
	machine_plug(&m, 0, FACTS_ZONE_NONE);
	expect(&m, PLAN_FIRST_SIGHT, "unbind:kmem bind:device_dax");
	m.decision.present = POLICY_PRESENT_APPLY;
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
	m.device.driver = NULL;
	expect(&m, 0, "refused persistent");
	m.decision.persistent = POLICY_PERSISTENT_OVERWRITE;
	expect(&m, 0, "bind:kmem:movable online:movable:0");
	/* What is system RAM holds nothing that could be lost. */
	m.decision.persistent = POLICY_PERSISTENT_REFUSE;
	machine_plug(&m, 4, FACTS_ZONE_MOVABLE);
	expect(&m, 0, "nothing");
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
	m.device.possible_blocks = 0;
	expect(&m, 0, "refused too-small");

	machine_init(&m);
	m.snapshot.kernel.block_size = 0;
	expect(&m, 0, "refused no-hotplug");

	machine_init(&m);
	m.device.driver = (char *)"famfs";
	expect(&m, 0, "refused foreign-driver");
	m.decision.mode = POLICY_MODE_DEVDAX;
	expect(&m, 0, "refused foreign-driver");

	machine_init(&m);
	machine_plug(&m, 4, FACTS_ZONE_MOVABLE);
	m.device.driver = NULL;
	expect(&m, 0, "refused stranded");
	m.decision.mode = POLICY_MODE_DEVDAX;
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

/* 1 GiB of memory that is not movable, half of it free; the device has half a
 * GiB. */
static void machine_limit(struct machine *m)
{
	machine_init(m);
	m->snapshot.memory = (struct facts_memory){
		.known = true,
		.kernel = UINT64_C(1) << 30,
		.kernel_free = UINT64_C(512) << 20,
	};
	m->decision.limits = &m->limits;
}

static const char to_movable[] =
	"check-unused unbind:device_dax bind:kmem:movable online:movable:0";

static void test_movable_ratio(void **state)
{
	struct machine m;

	(void)state;
	machine_limit(&m);
	m.limits.movable = 1;
	m.limits.kernel = 2;
	expect(&m, 0, to_movable);
	m.snapshot.memory.movable = 1;
	expect(&m, 0, "refused limit");
	m.snapshot.memory.movable = 0;
	m.before.movable = BLOCK;
	expect(&m, 0, "refused limit");
	/* What is there already is no reason against other memory. */
	m.decision.zone = POLICY_ZONE_KERNEL;
	m.before.movable = 0;
	m.snapshot.memory.movable = UINT64_C(8) << 30;
	expect(&m, 0,
	       "check-unused unbind:device_dax bind:kmem:kernel "
	       "online:kernel:0");
	m.decision.zone = POLICY_ZONE_MOVABLE;
	m.snapshot.memory.known = false;
	expect(&m, 0, "refused limit");
}

static void test_movable_ratio_of_auto(void **state)
{
	struct machine m;
	struct plan *plan;

	(void)state;
	machine_limit(&m);
	m.limits.movable = 1;
	m.limits.kernel = 3;
	m.decision.zone = POLICY_ZONE_AUTO;
	plan = build(&m, 0);
	assert_int_equal(plan->outcome, PLAN_SWITCH);
	assert_int_equal(plan->n_limits, 1);
	assert_string_equal(plan->limits[0].text,
			    "there would be 0B of movable memory to 1.5G of "
			    "other, 0.00:1, and at most 1:3 is allowed");
	plan_free(plan);
	m.snapshot.kernel.online_policy = (char *)"auto-movable";
	expect(&m, 0, "refused limit");
}

static void test_moving_to_movable_counts_twice(void **state)
{
	struct machine m;

	(void)state;
	machine_limit(&m);
	machine_plug(&m, N_BLOCKS, FACTS_ZONE_KERNEL);
	m.limits.movable = 1;
	m.limits.kernel = 1;
	expect(&m, 0, "offline:movable:4 online:movable:4");
	m.snapshot.memory.movable = 1;
	expect(&m, 0, "refused limit");
	/* Nothing is to be done any more, so nothing is refused. */
	machine_plug(&m, N_BLOCKS, FACTS_ZONE_MOVABLE);
	m.snapshot.memory.movable = UINT64_C(1) << 40;
	expect(&m, 0, "nothing");
}

static void test_kernel_free(void **state)
{
	struct machine m;

	(void)state;
	machine_limit(&m);
	m.limits.kernel_free = UINT64_C(504) << 20;
	expect(&m, 0, to_movable);
	m.limits.kernel_free++;
	expect(&m, 0, "refused limit");
	m.device.memmap_on_memory = 1;
	m.snapshot.kernel.memmap_on_memory = (char *)"N";
	expect(&m, 0, "refused limit");
	m.snapshot.kernel.memmap_on_memory = (char *)"force";
	expect(&m, 0, to_movable);
}

static void test_never_touch(void **state)
{
	static struct policy_bar bar = {
		.text = (char *)"/devices/platform/hmem.0",
		.origin = { "/etc/daxbroker/daxbroker.conf", 2, 1 },
	};
	struct machine m;
	struct plan *plan;

	(void)state;
	machine_limit(&m);
	m.limits.never_touch = &bar;
	m.limits.n_never_touch = 1;
	expect(&m, 0, to_movable);
	m.decision.bar = &bar;
	plan = build(&m, 0);
	assert_string_equal(summary(plan), "refused limit");
	assert_non_null(strstr(plan->reason, "daxbroker.conf:2"));
	plan_free(plan);
	m.decision.mode = POLICY_MODE_DEVDAX;
	expect(&m, 0, "nothing");
	m.device.driver = NULL;
	expect(&m, 0, "refused limit");
	m.decision.bar = NULL;
	m.decision.bar_unknown = true;
	expect(&m, 0, "refused limit");
}

static void test_limits_in_error(void **state)
{
	struct machine m;

	(void)state;
	machine_limit(&m);
	m.limits.fault = (char *)"x.conf:1: wrong";
	expect(&m, 0, "refused limit");
	m.decision.mode = POLICY_MODE_DEVDAX;
	expect(&m, 0, "nothing");
}

static void test_carving(void **state)
{
	static struct policy_carving carving = {
		.message = (char *)"db (16G, devdax)",
	};
	struct machine m;

	(void)state;
	machine_init(&m);
	m.decision.carving = &carving;
	m.decision.mode = POLICY_MODE_KEEP;
	expect(&m, 0, "refused carving");
	carving.fault = POLICY_CARVING_TOO_LARGE;
	expect(&m, 0, "refused carving");
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
static void test_kmem_state(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	machine_plug(&m, 4, FACTS_ZONE_MOVABLE);
	m.device.kmem_state = (char *)"online_movable";
	m.decision.mode = POLICY_MODE_DEVDAX;
	expect(&m, 0, "unbind:kmem bind:device_dax");

	/* Nothing of it is plugged. */
	machine_init(&m);
	m.device.driver = (char *)"kmem";
	m.device.kmem_state = (char *)"unplugged";
	expect(&m, 0, "unbind:kmem bind:kmem:movable online:movable:0");
	m.decision.mode = POLICY_MODE_DEVDAX;
	expect(&m, 0, "unbind:kmem bind:device_dax");
}

/* Our kmem gets back what it was unbound from. */
static void test_adoption(void **state)
{
	struct machine m;

	(void)state;
	machine_init(&m);
	machine_plug(&m, 3, FACTS_ZONE_MOVABLE);
	m.device.driver = NULL;
	m.snapshot.kernel.kmem_probe_state = (char *)"default";
	expect(&m, 0, "bind:kmem online:movable:1");
	m.decision.zone = POLICY_ZONE_KERNEL;
	expect(&m, 0, "bind:kmem offline:kernel:3 online:kernel:4");
	m.decision.mode = POLICY_MODE_DEVDAX;
	expect(&m, 0, "bind:kmem offline:auto:3 unbind:kmem bind:device_dax");

	/* One of its blocks is gone: it is plugged anew. */
	machine_init(&m);
	machine_plug(&m, 3, FACTS_ZONE_MOVABLE);
	m.device.driver = NULL;
	m.device.n_blocks = N_BLOCKS - 1;
	m.snapshot.kernel.kmem_probe_state = (char *)"default";
	expect(&m, 0,
	       "bind:kmem offline:auto:3 unbind:kmem bind:kmem:movable "
	       "online:movable:0");
}

/* What our device_dax counts decides, even where /proc shows nobody. */
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
	m.decision.on_busy = POLICY_ON_BUSY_WAIT;
	m.decision.busy_timeout = 90000;
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
	m.decision.mode = POLICY_MODE_DEVDAX;
	m.decision.exclusive = POLICY_EXCLUSIVE_YES;
	/* The in-tree driver cannot, which is told. */
	plan = build(&m, 0);
	assert_string_equal(summary(plan), "nothing");
	assert_non_null(strstr(plan->reason, "no effect"));
	plan_free(plan);

	m.device.users = (struct facts_users){ .known = true };
	plan = build(&m, 0);
	assert_string_equal(summary(plan), "access");
	assert_true(plan->steps[0].exclusive);
	assert_false(plan->steps[0].dontfork);
	plan_free(plan);
	m.device.users.exclusive = 1;
	expect(&m, 0, "nothing");
	m.decision.exclusive = POLICY_EXCLUSIVE_NO;
	expect(&m, 0, "access");

	m.decision.fork_inheritance = POLICY_FORK_DROP;
	m.device.driver = NULL;
	expect(&m, 0, "bind:device_dax access");
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
		cmocka_unit_test(test_wanted_state_is_no_step),
		cmocka_unit_test(test_rezone),
		cmocka_unit_test(test_blocks_missing),
		cmocka_unit_test(test_keep),
		cmocka_unit_test(test_present_keep),
		cmocka_unit_test(test_refuse_persistent),
		cmocka_unit_test(test_refuse_busy),
		cmocka_unit_test(test_refuse_impossible),
		cmocka_unit_test(test_hostile_range),
		cmocka_unit_test(test_movable_ratio),
		cmocka_unit_test(test_movable_ratio_of_auto),
		cmocka_unit_test(test_moving_to_movable_counts_twice),
		cmocka_unit_test(test_kernel_free),
		cmocka_unit_test(test_never_touch),
		cmocka_unit_test(test_limits_in_error),
		cmocka_unit_test(test_carving),
		cmocka_unit_test(test_describe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
