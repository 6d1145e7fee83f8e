// SPDX-License-Identifier: GPL-2.0-or-later
/* recovery_choose(): what becomes of jobs that were cut off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "broker/recovery.h"

struct machine {
	struct plan_step step;
	struct plan cut_off, other, plan;
	struct journal_job jobs[3];
	struct journal_jobs list;
	struct plan_item item;
	struct record record;
};

/* Two jobs of this device were cut off, and one of another. */
static void machine_init(struct machine *m, enum plan_outcome outcome)
{
	*m = (struct machine){
		.step = { .kind = PLAN_BIND, .driver = "kmem" },
		.cut_off = { .identity = (char *)"hmem:1",
			     .device = (char *)"dax0.0",
			     .region = (char *)"/region",
			     .n_steps = 1 },
		.other = { .identity = (char *)"hmem:2" },
		.plan = { .outcome = outcome },
		.list = { .n = 3 },
		.record = { .identity = (char *)"hmem:1",
			    .outcome = RECORD_PENDING },
	};
	m->cut_off.steps = &m->step;
	m->jobs[0].plan = m->jobs[1].plan = &m->cut_off;
	m->jobs[2].plan = &m->other;
	m->list.jobs = m->jobs;
	m->item.plan = &m->plan;
}

static void expect(const struct machine *m, enum recovery wanted,
		   const struct journal_job *wanted_job)
{
	const struct journal_job *job;

	assert_int_equal(recovery_choose(&m->list, &m->record, &m->item, &job),
			 wanted);
	assert_ptr_equal(job, wanted_job);
}

static void test_choose(void **state _unused_)
{
	struct machine m;

	machine_init(&m, PLAN_SWITCH);
	expect(&m, RECOVERY_FINISH, &m.jobs[1]);
	m.record.outcome = RECORD_FAILED;
	expect(&m, RECOVERY_UNDO, &m.jobs[1]);
	machine_init(&m, PLAN_KEEP);
	expect(&m, RECOVERY_UNDO, &m.jobs[1]);
	machine_init(&m, PLAN_REFUSED);
	expect(&m, RECOVERY_UNDO, &m.jobs[1]);
	m.record.recover_at = 1;
	expect(&m, RECOVERY_LATER, &m.jobs[1]);
	m.record.deaths = RECOVERY_TRIES_MAX;
	expect(&m, RECOVERY_GIVE_UP, &m.jobs[1]);
	m.record.recover_at = m.record.deaths = 0;
	m.jobs[0].attempts = 1;
	expect(&m, RECOVERY_GIVE_UP, &m.jobs[1]);
	/* Its jobs stay open where the journal cannot be written. */
	m.record.stuck = true;
	expect(&m, RECOVERY_NONE, NULL);
	machine_init(&m, PLAN_NOTHING);
	expect(&m, RECOVERY_DONE, &m.jobs[1]);
	assert_true(recovery_is_due(&m.list, &m.record));
	m.jobs[0].alive = m.jobs[1].alive = true;
	expect(&m, RECOVERY_NONE, NULL);
	assert_true(recovery_is_at_work(&m.list, "/region"));
	assert_false(recovery_is_at_work(&m.list, "/other"));
	m.jobs[0].alive = m.jobs[1].alive = false;
	assert_false(recovery_is_at_work(&m.list, "/region"));
	m.record.identity = (char *)"hmem:3";
	expect(&m, RECOVERY_NONE, NULL);
	assert_false(recovery_is_due(&m.list, &m.record));
}

/* Layout gives the first device another identity; it is done once that stands
 * for a slice, whatever is to be done about it as one. */
static void test_layout(void **state _unused_)
{
	static const struct policy_slice slice;
	struct policy_decision decision = { .use.mode = POLICY_MODE_DEVDAX };
	struct machine m;

	machine_init(&m, PLAN_SWITCH);
	m.item.decision = &decision;
	m.record.identity = (char *)"hmem:4";
	m.record.device = (char *)"dax0.0";
	m.record.region = m.cut_off.region = m.other.region =
		(char *)"/devices/platform/hmem.0";
	expect(&m, RECOVERY_NONE, NULL);
	m.step.kind = PLAN_RESIZE;
	expect(&m, RECOVERY_FINISH, &m.jobs[1]);
	m.plan.mode = POLICY_MODE_DEVDAX;
	expect(&m, RECOVERY_FINISH, &m.jobs[1]);
	decision.slice = &slice;
	expect(&m, RECOVERY_DONE, &m.jobs[1]);
	/* Its region cannot be laid out any further. */
	m.plan.mode = POLICY_MODE_KEEP;
	m.plan.outcome = PLAN_REFUSED;
	expect(&m, RECOVERY_UNDO, &m.jobs[1]);
	m.record.device = (char *)"dax0.1";
	expect(&m, RECOVERY_NONE, NULL);
}

static void test_moot(void **state _unused_)
{
	struct record *records[1];
	struct record_table table = { records, 1 };
	struct machine m;

	machine_init(&m, PLAN_SWITCH);
	records[0] = &m.record;
	m.record.region = (char *)"/region";
	m.record.device = (char *)"dax0.1";
	m.record.seen = true;
	assert_false(recovery_is_moot(&m.jobs[0], &table));
	m.record.seen = false;
	assert_true(recovery_is_moot(&m.jobs[0], &table));
	m.jobs[0].alive = true;
	assert_false(recovery_is_moot(&m.jobs[0], &table));
	m.jobs[0].alive = false;
	m.record.seen = true;
	m.record.identity = (char *)"hmem:3";
	assert_true(recovery_is_moot(&m.jobs[0], &table));
	/* What it is now is known by something else. */
	m.record.device = (char *)"dax0.0";
	assert_false(recovery_is_moot(&m.jobs[0], &table));
}

static void test_describe(void **state _unused_)
{
	_cleanup_free_ char *text = NULL;
	struct machine m;

	machine_init(&m, PLAN_KEEP);
	text = recovery_describe(&m.jobs[1], RECOVERY_UNDO);
	assert_non_null(
		strstr(text, "dax0.0 was cut off at step 1 of 1 (bind"));
	/* It is not yet. */
	assert_non_null(strstr(text, "is being undone"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choose),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_moot),
		cmocka_unit_test(test_describe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
