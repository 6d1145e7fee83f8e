// SPDX-License-Identifier: GPL-2.0-or-later
/* device_plan_make() of what the administrator's limits allow, and what not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "machine.h"
#include "plan/device-plan.h"
#include "plan/limit-check.h"

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
	m.decision.use.zone = POLICY_ZONE_KERNEL;
	m.before.movable = 0;
	m.snapshot.memory.movable = UINT64_C(8) << 30;
	expect(&m, 0,
	       "check-unused unbind:device_dax bind:kmem:kernel "
	       "online:kernel:0");
	m.decision.use.zone = POLICY_ZONE_MOVABLE;
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
	m.decision.use.zone = POLICY_ZONE_AUTO;
	plan = build(&m, 0);
	assert_int_equal(plan->outcome, PLAN_SWITCH);
	assert_int_equal(plan->n_limits, 1);
	assert_string_equal(plan->limits[0].text,
			    "there would be 0B of movable memory to 1.5G of "
			    "kernel memory (0.00:1); at most 1:3 is allowed");
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

/* What goes from one zone to the other leaves the first. */
static void test_balance(void **state)
{
	struct plan_balance balance;
	struct machine m;

	(void)state;
	machine_limit(&m);
	machine_plug(&m, N_BLOCKS, FACTS_ZONE_KERNEL);
	balance = plan_balance(&m.snapshot, &m.device, &m.decision.use);
	assert_int_equal(balance.movable, N_BLOCKS * BLOCK);
	assert_int_equal(balance.kernel, -(int64_t)(N_BLOCKS * BLOCK));
	machine_plug(&m, N_BLOCKS, FACTS_ZONE_MOVABLE);
	balance = plan_balance(&m.snapshot, &m.device, &m.decision.use);
	assert_int_equal(balance.movable, 0);
	assert_int_equal(balance.kernel, 0);
	assert_int_equal(balance.memmap, 0);
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

static void test_map_that_moves_out_of_the_memory(void **state)
{
	struct machine m;

	(void)state;
	machine_limit(&m);
	machine_plug(&m, N_BLOCKS, FACTS_ZONE_MOVABLE);
	m.device.memmap_on_memory = 1;
	m.snapshot.kernel.memmap_on_memory = (char *)"Y";
	m.decision.use.memmap_on_memory = POLICY_MEMMAP_NO;
	m.limits.kernel_free = UINT64_C(505) << 20;
	expect(&m, 0, "refused limit");
}

static void test_never_touch(void **state)
{
	static struct policy_exclusion exclusion = {
		.text = (char *)"/devices/platform/hmem.0",
		.origin = { "/etc/daxbroker/daxbroker.conf", 2, 1 },
	};
	struct machine m;
	struct plan *plan;

	(void)state;
	machine_limit(&m);
	m.limits.never_touch = &exclusion;
	m.limits.n_never_touch = 1;
	expect(&m, 0, to_movable);
	m.decision.exclusion = &exclusion;
	plan = build(&m, 0);
	assert_string_equal(summary(plan), "refused limit");
	assert_non_null(strstr(plan->reason, "daxbroker.conf:2"));
	plan_free(plan);
	m.decision.use.mode = POLICY_MODE_DEVDAX;
	expect(&m, 0, "nothing");
	m.device.driver = NULL;
	expect(&m, 0, "refused limit");
	m.decision.exclusion = NULL;
	m.decision.exclusion_unknown = true;
	expect(&m, 0, "refused limit");
}

static void test_limits_in_error(void **state)
{
	struct machine m;

	(void)state;
	machine_limit(&m);
	m.limits.fault = (char *)"x.conf:1: wrong";
	expect(&m, 0, "refused limit");
	m.decision.use.mode = POLICY_MODE_DEVDAX;
	expect(&m, 0, "nothing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_movable_ratio),
		cmocka_unit_test(test_movable_ratio_of_auto),
		cmocka_unit_test(test_moving_to_movable_counts_twice),
		cmocka_unit_test(test_balance),
		cmocka_unit_test(test_kernel_free),
		cmocka_unit_test(test_map_that_moves_out_of_the_memory),
		cmocka_unit_test(test_never_touch),
		cmocka_unit_test(test_limits_in_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
