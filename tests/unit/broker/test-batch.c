// SPDX-License-Identifier: GPL-2.0-or-later
/* Which jobs run when, and how they end. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "basic/names.h"
#include "broker/batch.h"
#include "broker/job/progress.h"
#include "fake.h"

#define JOBS_MAX 20
#define N_BLOCKS 4

/* "a0" is a device of the region "a". */
struct device {
	char name[4], region[2];
	struct plan_step steps[2];
	uint64_t blocks[N_BLOCKS];
	struct plan plan;
};

static struct device devices[JOBS_MAX];
static struct fake fake;
static struct broker_interface interface;
static struct batch *batch;
/* What was reported: "+a0" begun, "=a0" a result, "!a0 CAUSE" lost, "?a0 CAUSE"
 * not begun, "-a0" dropped, "." all have ended. */
static char events[1024];
static char progress[256];
static unsigned int last_number;
static struct act_result last_result;

static void add_event(const char *kind, const char *name)
{
	snprintf(events + strlen(events), sizeof(events) - strlen(events),
		 "%s%s%s", events[0] ? " " : "", kind, name);
}

static void on_queued(const struct batch_job *job, void *userdata _unused_)
{
	assert_true(job->number > last_number);
	last_number = job->number;
}

static void on_dropped(const struct batch_job *job, void *userdata _unused_)
{
	add_event("-", job->device);
}

static void on_begun(const struct batch_job *job, void *userdata _unused_)
{
	assert_true(job->number > 0);
	add_event("+", job->device);
}

static void on_progress(const struct batch_job *job _unused_,
			const struct progress *at, void *userdata _unused_)
{
	_cleanup_free_ char *text = progress_describe(at);

	snprintf(progress, sizeof(progress), "%s", text);
}

static void on_ended(const struct batch_job *job,
		     const struct act_result *result, void *userdata _unused_)
{
	const struct act_failure *failure = &result->failure;

	last_result = *result;
	if (result->outcome != ACT_LOST) {
		add_event("=", job->device);
		return;
	}
	assert_string_equal(result->device, job->device);
	add_event(result->n_steps ? "!" : "?", job->device);
	add_event("", act_cause_text(failure->cause)->name);
}

static void on_all_ended(void *userdata _unused_)
{
	assert_false(batch_is_busy(batch));
	add_event("", ".");
}

static int set_up(void **state _unused_)
{
	static const struct batch_events batch_events = {
		.queued = on_queued,
		.dropped = on_dropped,
		.begun = on_begun,
		.progress = on_progress,
		.ended = on_ended,
		.all_ended = on_all_ended,
	};

	fake_init(&fake);
	interface = fake_interface(&fake);
	events[0] = progress[0] = '\0';
	last_number = 0;
	return batch_new(&interface, &batch_events, &batch);
}

static int tear_down(void **state _unused_)
{
	batch_free(batch);
	assert_null(fake.workers);
	assert_null(fake.timers);
	return 0;
}

static void device_init(struct device *device, const char *name)
{
	*device = (struct device){
		.steps = { { .kind = PLAN_CHECK_UNUSED },
			   { .kind = PLAN_BIND,
			     .driver = DRIVER_KMEM,
			     .zone = POLICY_ZONE_MOVABLE } },
		.blocks = { 32, 33, 34, 35 },
	};
	snprintf(device->name, sizeof(device->name), "%s", name);
	device->region[0] = name[0];
	device->plan = (struct plan){
		.device = device->name,
		.region = device->region,
		.outcome = PLAN_SWITCH,
		.block_size = 128 << 20,
		.blocks = device->blocks,
		.n_blocks = N_BLOCKS,
		.steps = device->steps,
		.n_steps = ARRAY_SIZE(device->steps),
	};
}

/* Begins with jobs of these devices: "a0 a1 b0". */
static void begin(const char *names)
{
	struct batch_job *jobs = calloc(JOBS_MAX, sizeof(*jobs));
	char copy[256], *rest = copy, *name;
	size_t n = 0;

	assert_non_null(jobs);
	snprintf(copy, sizeof(copy), "%s", names);
	while ((name = strsep(&rest, " "))) {
		device_init(&devices[n], name);
		jobs[n].plan = &devices[n].plan;
		jobs[n].device = devices[n].name;
		n++;
	}
	batch_begin(batch, jobs, n);
}

static void end(const char *name)
{
	const struct act_result result = { .outcome = ACT_DONE };

	fake_end(&fake, name, &result);
}

static void expect(const char *wanted)
{
	assert_string_equal(events, wanted);
	events[0] = '\0';
}

static void test_regions_side_by_side(void **state _unused_)
{
	begin("a0 a1 b0 c0 a2");
	expect("+a0 +b0 +c0");
	assert_true(batch_is_busy(batch));
	end("b0");
	expect("=b0");
	/* Those of one region in their order. */
	end("a0");
	expect("=a0 +a1");
	end("c0");
	end("a1");
	expect("=c0 =a1 +a2");
	end("a2");
	expect("=a2 .");
}

static void test_nothing(void **state _unused_)
{
	struct batch_job *jobs = calloc(1, sizeof(*jobs));

	batch_begin(batch, jobs, 0);
	expect(".");
}

static void test_limit(void **state _unused_)
{
	begin("a0 b0 c0 d0 e0 f0 g0 h0 i0 j0 k0 l0 m0 n0 o0 p0 q0 r0");
	assert_int_equal(fake_running(&fake), BATCH_RUNNING_MAX);
	events[0] = '\0';
	end("c0");
	expect("=c0 +q0");
	assert_int_equal(fake_running(&fake), BATCH_RUNNING_MAX);
}

static void test_drop_waiting(void **state _unused_)
{
	begin("a0 a1 b0");
	batch_drop_waiting(batch);
	end("a0");
	end("b0");
	expect("+a0 +b0 -a1 =a0 =b0 .");
}

/* Its region has other devices after it. */
static void test_layout_drops_what_waits(void **state _unused_)
{
	begin("a0 a1");
	devices[0].steps[1].kind = PLAN_RESIZE;
	end("a0");
	expect("+a0 -a1 =a0 .");
}

static void test_deadline(void **state _unused_)
{
	const uint64_t limit =
		BATCH_STEP_USEC + N_BLOCKS * BATCH_STEP_USEC_PER_BLOCK;

	begin("a0");
	fake_advance(&fake, limit - 1);
	/* Each step has its own. */
	fake_progress(&fake, "a0", 1, ACT_TAKING);
	fake_advance(&fake, limit - 1);
	assert_false(fake_worker(&fake, "a0")->cancelled);
	fake_advance(&fake, 1);
	assert_true(fake_worker(&fake, "a0")->cancelled);
	fake_die(&fake, "a0");
	expect("+a0 !a0 too-long .");
}

/* What waits for users has a time of its own. */
static void test_no_deadline_while_waiting(void **state _unused_)
{
	begin("a0");
	fake_progress(&fake, "a0", 0, ACT_WAITING);
	fake_advance(&fake, 10 * BATCH_STEP_USEC);
	assert_false(fake_worker(&fake, "a0")->cancelled);
	fake_progress(&fake, "a0", 1, ACT_TAKING);
	fake_advance(&fake, 10 * BATCH_STEP_USEC);
	assert_true(fake_worker(&fake, "a0")->cancelled);
}

static void test_preempt(void **state _unused_)
{
	begin("a0 a1 b0");
	fake_progress(&fake, "a0", 0, ACT_WAITING);
	/* One is at work. */
	assert_false(batch_preempt(batch));
	assert_false(fake_worker(&fake, "a0")->preempted);
	fake_progress(&fake, "b0", 0, ACT_WAITING);
	assert_true(batch_preempt(batch));
	assert_true(fake_worker(&fake, "a0")->preempted);
	assert_true(fake_worker(&fake, "b0")->preempted);
	end("a0");
	end("b0");
	expect("+a0 +b0 -a1 =a0 =b0 .");
}

/* What has ended is verified before the users of another device have gone:
 * whatever comes last, the end or the wait. */
static void test_an_end_preempts(void **state _unused_)
{
	begin("a0 b0");
	fake_progress(&fake, "a0", 0, ACT_WAITING);
	assert_false(fake_worker(&fake, "a0")->preempted);
	end("b0");
	assert_true(fake_worker(&fake, "a0")->preempted);
	end("a0");
	begin("a0 b0");
	end("b0");
	assert_false(fake_worker(&fake, "a0")->preempted);
	fake_progress(&fake, "a0", 0, ACT_WAITING);
	assert_true(fake_worker(&fake, "a0")->preempted);
}

static void test_cancel(void **state _unused_)
{
	begin("a0 a1 a2");
	assert_int_equal(batch_cancel(batch, "b0", "x"), -ENOENT);
	assert_int_equal(batch_cancel(batch, "a1", "asked"), 0);
	expect("+a0 ?a1 cancelled");
	assert_int_equal(batch_cancel(batch, "a1", "asked"), -ENOENT);
	assert_int_equal(batch_cancel(batch, "a0", "asked"), 0);
	assert_true(fake_worker(&fake, "a0")->cancelled);
	fake_die(&fake, "a0");
	expect("!a0 cancelled +a2");
	assert_string_equal(last_result.failure.value, "asked");
	/* It was faster than that. */
	assert_int_equal(batch_cancel(batch, "a2", "asked"), 0);
	end("a2");
	expect("=a2 .");
}

static void test_stop(void **state _unused_)
{
	begin("a0 a1 b0");
	assert_true(batch_stop(batch));
	assert_true(fake_worker(&fake, "a0")->cancelled);
	assert_true(fake_worker(&fake, "b0")->cancelled);
	fake_die(&fake, "a0");
	fake_die(&fake, "b0");
	expect("+a0 +b0 -a1 !a0 stopped !b0 stopped .");
	assert_false(batch_stop(batch));
}

static void test_no_worker(void **state _unused_)
{
	fake.start_error = -EAGAIN;
	begin("a0 a1");
	expect("+a0 ?a0 no-worker +a1 ?a1 no-worker .");
	assert_int_equal(last_result.failure.error, EAGAIN);
}

static void test_worker_dies(void **state _unused_)
{
	begin("a0 a1");
	fake_progress(&fake, "a0", 1, ACT_TAKING);
	fake_die(&fake, "a0");
	expect("+a0 !a0 worker-killed +a1");
	assert_int_equal(last_result.step, 1);
	assert_int_equal(last_result.n_steps, 2);
	assert_int_equal(last_result.kind, PLAN_BIND);
}

static void test_block_events(void **state _unused_)
{
	begin("a0 b0");
	fake_progress(&fake, "a0", 1, ACT_TAKING);
	fake_progress(&fake, "b0", 0, ACT_TAKING);
	progress[0] = '\0';
	batch_note_block(batch, 33, true);
	assert_non_null(strstr(progress, "1 of 4 blocks"));
	batch_note_block(batch, 35, true);
	assert_non_null(strstr(progress, "2 of 4 blocks"));
	progress[0] = '\0';
	batch_note_block(batch, 34, false);
	batch_note_block(batch, 99, true);
	assert_string_equal(progress, "");
}

/* How long a job has waited for users before goes on counting. */
static void test_waited(void **state _unused_)
{
	struct batch_job *jobs = calloc(1, sizeof(*jobs));

	device_init(&devices[0], "a0");
	*jobs = (struct batch_job){
		.device = devices[0].name,
		.plan = &devices[0].plan,
		.waiting_since = fake.now - 5000,
	};
	batch_begin(batch, jobs, 1);
	assert_int_equal(fake_worker(&fake, "a0")->order.waited, 5);
}

#define SIXTEEN "a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 aa ab ac ad ae af"

/* That of a region takes its jobs one after the other. */
static void test_one_worker(void **state _unused_)
{
	const char *left = SIXTEEN;
	char name[3] = "";

	begin(SIXTEEN " b0");
	assert_int_equal(fake_worker(&fake, "a0")->n_orders, 16);
	assert_int_equal(fake_worker(&fake, "b0")->n_orders, 1);
	for (; *left; left += left[2] ? 3 : 2) {
		memcpy(name, left, 2);
		end(name);
	}
	assert_int_equal(fake.n_started, 2);
	assert_int_equal(fake_running(&fake), 1);
	end("b0");
	assert_int_equal(fake_running(&fake), 0);
	assert_non_null(strstr(events, "=ae +af =af =b0 ."));
	assert_null(strchr(events, '!'));
}

/* What it had done stays done, and another takes what waits. */
static void test_worker_dies_in_the_third(void **state _unused_)
{
	begin("a0 a1 a2 a3 a4");
	end("a0");
	end("a1");
	assert_int_equal(fake.n_started, 1);
	fake_progress(&fake, "a2", 1, ACT_TAKING);
	fake_die(&fake, "a2");
	assert_int_equal(last_result.step, 1);
	assert_int_equal(fake.n_started, 2);
	assert_int_equal(fake_worker(&fake, "a3")->n_orders, 2);
	end("a3");
	end("a4");
	expect("+a0 =a0 +a1 =a1 +a2 !a2 worker-killed +a3 =a3 +a4 =a4 .");
	assert_int_equal(fake.n_started, 2);
}

/* Nothing that was said of the job before is about the next one. */
static void test_next_job_begins_anew(void **state _unused_)
{
	begin("a0 a1 a2");
	fake_progress(&fake, "a0", 0, ACT_WAITING);
	assert_int_equal(batch_cancel(batch, "a0", "asked"), 0);
	assert_true(fake_worker(&fake, "a0")->preempted);
	fake_end(&fake, "a0", &(struct act_result){ .outcome = ACT_PREEMPTED });
	expect("+a0 ?a0 cancelled +a1");
	assert_int_equal(fake.n_started, 1);
	/* It has a time limit, and is not cancelled. */
	fake_progress(&fake, "a1", 1, ACT_TAKING);
	assert_false(fake_worker(&fake, "a1")->cancelled);
	fake_advance(&fake, 10 * BATCH_STEP_USEC);
	assert_true(fake_worker(&fake, "a1")->cancelled);
	fake_die(&fake, "a1");
	expect("!a1 too-long +a2");
	assert_int_equal(last_result.step, 1);
	fake_die(&fake, "a2");
	expect("!a2 worker-killed .");
	assert_int_equal(last_result.step, 0);
}

/* The job was faster: its worker is on its way out, and gets no other. */
static void test_cancelled_too_late(void **state _unused_)
{
	begin("a0 a1");
	assert_int_equal(batch_cancel(batch, "a0", "asked"), 0);
	end("a0");
	expect("+a0 =a0 +a1");
	assert_int_equal(fake.n_started, 2);
	assert_false(fake_worker(&fake, "a1")->cancelled);
}

static void test_no_other_worker(void **state _unused_)
{
	begin("a0 a1 a2");
	fake.start_error = -EAGAIN;
	end("a0");
	fake_die(&fake, "a1");
	expect("+a0 =a0 +a1 !a1 worker-killed +a2 ?a2 no-worker .");
	assert_int_equal(fake_running(&fake), 0);
}

#define batch_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		batch_test(test_regions_side_by_side),
		batch_test(test_nothing),
		batch_test(test_limit),
		batch_test(test_drop_waiting),
		batch_test(test_layout_drops_what_waits),
		batch_test(test_deadline),
		batch_test(test_no_deadline_while_waiting),
		batch_test(test_preempt),
		batch_test(test_an_end_preempts),
		batch_test(test_cancel),
		batch_test(test_stop),
		batch_test(test_no_worker),
		batch_test(test_worker_dies),
		batch_test(test_block_events),
		batch_test(test_waited),
		batch_test(test_one_worker),
		batch_test(test_worker_dies_in_the_third),
		batch_test(test_next_job_begins_anew),
		batch_test(test_cancelled_too_late),
		batch_test(test_no_other_worker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
