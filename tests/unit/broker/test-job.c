// SPDX-License-Identifier: GPL-2.0-or-later
/* What a worker process says, and what is made of it: the job itself is the
 * test's (the linker's --wrap), or only what it does to the machine is. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/run.h"
#include "act/uevent.h"
#include "basic/names.h"
#include "broker/job/blocker.h"
#include "broker/job/frame.h"
#include "broker/job/job.h"
#include "broker/job/worker.h"

static struct plan_step steps[] = {
	{ .kind = PLAN_OFFLINE, .device = (char *)"dax0.1" },
	{ .kind = PLAN_UNBIND, .driver = DRIVER_KMEM },
	{ .kind = PLAN_BIND, .driver = DRIVER_DEVICE_DAX },
};
static struct plan plan = {
	.device = (char *)"dax0.0",
	.region = (char *)"/devices/platform/hmem.0",
	.target_node = -1,
	.steps = steps,
	.n_steps = ARRAY_SIZE(steps),
};
static const struct journal_job cut_off = { .id = "7-55.000000001",
					    .plan = &plan };

/* What the job does instead, if anything; else what acting comes to. */
static void (*instead)(int report_fd);
static struct act_result acted;
static int act_error;

void __real_job_run(int root_fd, int report_fd, const struct job_order *orders,
		    size_t n);
void __wrap_job_run(int root_fd, int report_fd, const struct job_order *orders,
		    size_t n);
int __wrap_act_run(int root_fd, const struct plan *p, uint64_t waited,
		   act_progress_fn progress, void *userdata,
		   struct act_result *ret);
int __wrap_act_run_undo(int root_fd, const struct journal_job *job,
			act_progress_fn progress, void *userdata,
			struct act_result *ret);
void __wrap_blocker_find(int root_fd, const char *device, uint64_t since,
			 uint64_t timeout, struct act_blocker *ret);

void __wrap_job_run(int root_fd, int report_fd, const struct job_order *orders,
		    size_t n)
{
	if (!instead)
		__real_job_run(root_fd, report_fd, orders, n);
	instead(report_fd);
	_exit(EXIT_SUCCESS);
}

int __wrap_act_run(int root_fd _unused_, const struct plan *p _unused_,
		   uint64_t waited _unused_, act_progress_fn progress _unused_,
		   void *userdata _unused_, struct act_result *ret)
{
	*ret = acted;
	return act_error;
}

int __wrap_act_run_undo(int root_fd _unused_, const struct journal_job *job,
			act_progress_fn progress, void *userdata,
			struct act_result *ret)
{
	progress(job->plan, job->step, ACT_UNDOING, userdata);
	*ret = acted;
	return act_error;
}

/* @count stands for the time that it may take, in s. */
void __wrap_blocker_find(int root_fd _unused_, const char *device,
			 uint64_t since, uint64_t timeout,
			 struct act_blocker *ret)
{
	*ret = (struct act_blocker){ .kind = "pinned", .pid = 812 };
	ret->count = since > 0 ? timeout / 1000 : 0;
	ACT_FAILURE_SET(ret->command, device);
}

struct heard {
	sd_event *event;
	struct worker *worker;
	size_t n_progress;
	struct act_result result;
};

static void on_progress(size_t step _unused_, enum act_phase phase _unused_,
			void *userdata)
{
	((struct heard *)userdata)->n_progress++;
}

static void on_ended(const struct act_result *result, void *userdata)
{
	struct heard *heard = userdata;

	heard->result = *result;
	worker_free(heard->worker);
	sd_event_exit(heard->event, 0);
}

static struct heard run(const struct journal_job *undo)
{
	struct heard heard = { 0 };
	const struct worker_events events = { on_progress, on_ended, &heard };
	const struct job_order order = { .plan = &plan, .undo = undo };
	siginfo_t exited;

	assert_int_equal(sd_event_new(&heard.event), 0);
	assert_int_equal(worker_start(heard.event, -1, &order, 1, &events,
				      &heard.worker),
			 0);
	/* All that it says is there at once. */
	if (instead)
		waitid(P_ALL, 0, &exited, WEXITED | WNOWAIT);
	assert_int_equal(sd_event_loop(heard.event), 0);
	sd_event_unref(heard.event);
	return heard;
}

static int set_up(void **state _unused_)
{
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	instead = NULL;
	act_error = 0;
	acted = (struct act_result){ .outcome = ACT_DONE };
	return 0;
}

static const struct frame done = { .type = FRAME_RESULT,
				   .result = { .outcome = ACT_DONE } };
static const struct frame step = { .type = FRAME_PROGRESS };

static void send_garbage(int fd)
{
	assert_int_equal(send(fd, "garbage", 7, 0), 7);
}

static void say_done(int fd)
{
	frame_send(fd, &step);
	frame_send(fd, &done);
}

static void say_done_and_garbage(int fd)
{
	say_done(fd);
	send_garbage(fd);
}

static void say_garbage_and_done(int fd)
{
	send_garbage(fd);
	say_done(fd);
}

static void say_nothing(int fd _unused_)
{
	_exit(3);
}

static void expect_lost(void (*say)(int fd), enum act_cause cause,
			const char *value)
{
	struct heard heard;

	instead = say;
	heard = run(NULL);
	assert_int_equal(heard.result.outcome, ACT_LOST);
	assert_int_equal(heard.result.failure.cause, cause);
	assert_string_equal(heard.result.failure.value, value);
	assert_string_equal(heard.result.device, "dax0.0");
}

static void test_says_done(void **state _unused_)
{
	struct heard heard;

	instead = say_done;
	heard = run(NULL);
	assert_int_equal(heard.result.outcome, ACT_DONE);
	assert_int_equal(heard.n_progress, 1);
}

/* Then nothing of what it says can be trusted. */
static void test_garbage(void **state _unused_)
{
	expect_lost(say_done_and_garbage, ACT_CAUSE_WORKER_GARBLED, "0");
	expect_lost(say_garbage_and_done, ACT_CAUSE_WORKER_GARBLED, "0");
	expect_lost(send_garbage, ACT_CAUSE_WORKER_GARBLED, "0");
}

static void test_no_result(void **state _unused_)
{
	expect_lost(say_nothing, ACT_CAUSE_WORKER_EXITED, "3");
}

static void expect_blocker(const struct journal_job *undo, const char *device)
{
	const struct act_blocker blocker = run(undo).result.failure.blocker;

	assert_string_equal(blocker.kind, device ? "pinned" : "");
	assert_string_equal(blocker.command, device ?: "");
	if (device)
		assert_in_range(blocker.count, 1, undo ? 20 : 120);
}

/* What keeps memory from going offline is looked for, and nothing else. */
static void test_blocker(void **state _unused_)
{
	acted = (struct act_result){ .outcome = ACT_UNDONE,
				     .failure = { .cause = ACT_CAUSE_OFFLINE,
						  .error = EBUSY } };
	expect_blocker(NULL, "dax0.1");
	acted.step = 1;
	expect_blocker(NULL, "dax0.0");
	acted.step = 2;
	expect_blocker(NULL, NULL);
	acted.step = 0;
	acted.failure.error = EIO;
	expect_blocker(NULL, NULL);
	acted.failure.error = EBUSY;
	acted.outcome = ACT_OVERTAKEN;
	expect_blocker(NULL, NULL);
}

/* Before it is undone; after that there is none to be found any more. */
static void test_blocker_of_undo(void **state _unused_)
{
	acted.outcome = ACT_UNDONE;
	expect_blocker(&cut_off, "dax0.1");
	acted.outcome = ACT_STUCK;
	expect_blocker(&cut_off, NULL);
}

static void test_not_begun(void **state _unused_)
{
	struct heard heard;

	act_error = -ENOSPC;
	heard = run(NULL);
	assert_int_equal(heard.result.outcome, ACT_UNDONE);
	assert_int_equal(heard.result.failure.cause, ACT_CAUSE_NOT_BEGUN);
	assert_int_equal(heard.result.failure.error, ENOSPC);
	assert_int_equal(run(&cut_off).result.outcome, ACT_STUCK);
}

#define job_test(f) cmocka_unit_test_setup(f, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		job_test(test_says_done),	job_test(test_garbage),
		job_test(test_no_result),	job_test(test_blocker),
		job_test(test_blocker_of_undo), job_test(test_not_begun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
