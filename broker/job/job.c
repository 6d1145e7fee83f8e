// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/job/job.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "act/run.h"
#include "act/uevent.h"
#include "basic/clock.h"
#include "basic/close-others.h"
#include "broker/job/blocker.h"
#include "broker/job/frame.h"
#include "plan/step.h"

/* Only so that it interrupts, where it is let in. */
static void on_preempt(int sig _unused_)
{
}

/* The daemon takes its signals through descriptors and has them blocked; here
 * a SIGTERM must be fatal again, or the kernel would not give up an offline. */
static void reset_signals(void)
{
	sigset_t blocked;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	/* What is logged to a daemon that is gone must not end a job. */
	signal(SIGPIPE, SIG_IGN);
	signal(ACT_PREEMPT_SIGNAL, on_preempt);
	sigemptyset(&blocked);
	sigaddset(&blocked, ACT_PREEMPT_SIGNAL);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
}

/* The step takes memory offline. */
static bool is_offlining(const struct plan *plan, size_t step)
{
	return step < plan->n_steps &&
	       plan_step_takes_offline(&plan->steps[step]);
}

/* What it may take to find a blocker: while what was cut off waits to be
 * undone, and memory of the device may be offline; and afterwards. */
#define BEFORE_UNDO_MSEC 20000
#define AFTER_UNDO_MSEC 120000

/* What kept the memory of the step from going offline, while it is still there,
 * in a job that began at @since; of no kind where nothing was found, or it is
 * no such step. */
static void find_blocker(int root_fd, const struct plan *plan, size_t step,
			 uint64_t since, uint64_t timeout,
			 struct act_blocker *ret)
{
	if (is_offlining(plan, step))
		blocker_find(root_fd, plan->steps[step].device ?: plan->device,
			     since, timeout, ret);
}

/* The kernel says that it is busy; what is in the way is found in the pages. */
static void name_blocker(int root_fd, const struct plan *plan, uint64_t since,
			 struct act_result *result)
{
	if (result->outcome == ACT_UNDONE && result->failure.error == EBUSY)
		find_blocker(root_fd, plan, result->step, since,
			     AFTER_UNDO_MSEC, &result->failure.blocker);
}

/* What is passed to report_progress(). */
struct reporter {
	int root_fd;
	int fd;
	/* To be undone; NULL: nothing, or its blocker has been looked for. */
	const struct journal_job *undo;
	struct act_blocker blocker;
};

static void report_progress(const struct plan *plan, size_t index,
			    enum act_phase phase, void *userdata)
{
	struct reporter *reporter = userdata;
	const struct frame frame = {
		.type = FRAME_PROGRESS,
		.phase = phase,
		.result.step = index,
	};

	frame_send(reporter->fd, &frame);
	if (!reporter->undo)
		return;
	/* The worker before was killed, maybe because the kernel went on for
	 * too long: why it did is to be seen before anything changes. The
	 * journal has this attempt already, if it does not survive that. */
	find_blocker(reporter->root_fd, plan, reporter->undo->step,
		     journal_job_time(reporter->undo), BEFORE_UNDO_MSEC,
		     &reporter->blocker);
	reporter->undo = NULL;
}

/* Without its lock or its line in the journal nothing is begun, or undone. */
static void set_not_begun(const struct job_order *order, int error,
			  struct act_result *ret)
{
	*ret = (struct act_result){
		.outcome = order->undo ? ACT_STUCK : ACT_UNDONE,
		.failure = { .cause = ACT_CAUSE_NOT_BEGUN, .error = -error },
	};
	ACT_FAILURE_SET(ret->device, order->plan->device);
}

static int carry_out(struct reporter *reporter, const struct job_order *order,
		     struct act_result *ret)
{
	int root_fd = reporter->root_fd, r;

	if (order->wait && !order->undo)
		return act_run_wait(root_fd, order->plan, ret);
	if (!order->undo)
		return act_run(root_fd, order->plan, order->waited,
			       report_progress, reporter, ret);
	r = act_run_undo(root_fd, order->undo, report_progress, reporter, ret);
	if (r == 0 && ret->outcome == ACT_UNDONE)
		ret->failure.blocker = reporter->blocker;
	return r;
}

static void run_one(int root_fd, int report_fd, const struct job_order *order)
{
	const struct plan *plan = order->plan;
	const uint64_t begun = clock_usec();
	struct frame frame = { .type = FRAME_RESULT };
	struct reporter reporter = {
		.root_fd = root_fd,
		.fd = report_fd,
		.undo = order->undo,
	};
	int r;

	r = carry_out(&reporter, order, &frame.result);
	if (r < 0)
		set_not_begun(order, r, &frame.result);
	if (!order->undo)
		name_blocker(root_fd, plan, begun, &frame.result);
	if (frame.result.outcome != ACT_REFUSED && plan->target_node >= 0)
		uevent_announce_node(root_fd, plan->target_node);
	frame_send(report_fd, &frame);
}

/* That the job before was to make way is nothing to this one. */
static void forget_preemption(void)
{
	const struct timespec at_once = { 0 };
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, ACT_PREEMPT_SIGNAL);
	while (sigtimedwait(&signals, NULL, &at_once) > 0)
		;
}

/* The order that the daemon asks for. False: for none, or it is gone. */
static bool receive_order(int report_fd, const struct job_order *orders,
			  size_t n, struct job_order *ret)
{
	struct frame_next next;

	if (!frame_receive_next(report_fd, &next))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (orders[i].number != next.number)
			continue;
		*ret = orders[i];
		ret->waited = next.waited;
		forget_preemption();
		return true;
	}
	return false;
}

_Noreturn void job_run(int root_fd, int report_fd,
		       const struct job_order *orders, size_t n)
{
	struct job_order order = orders[0];

	close_others(root_fd, report_fd);
	reset_signals();
	prctl(PR_SET_NAME, "daxbroker-job");
	do {
		run_one(root_fd, report_fd, &order);
	} while (receive_order(report_fd, orders, n, &order));
	_exit(EXIT_SUCCESS);
}
