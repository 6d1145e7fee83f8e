// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/unused.h"

#include <errno.h>
#include <string.h>

#include "act/drain.h"
#include "act/scan.h"
#include "basic/cleanup.h"
#include "basic/clock.h"
#include "basic/text.h"
#include "facts/holders.h"
#include "facts/pins.h"
#include "facts/process.h"
#include "facts/root.h"
#include "facts/snapshot-read.h"

/* What a scan of all processes may take. Who uses the device is unknown then,
 * unless its driver counts users. */
#define SCAN_MSEC 120000
/* The last one, when the time to wait for users is over. */
#define LAST_SCAN_MSEC 1000
/* Pause between two scans, where nothing says when the last user is gone; or
 * as long as a scan takes. */
#define SCAN_PAUSE_MSEC 1000

/* Whose users are asked for. */
struct question {
	const char *device;
	const struct plan *plan;
	const struct plan_step *others; /* those of this step and the following
					 * ones too, or NULL */
};

struct users {
	struct act_blocker blocker; /* of no kind: that is unknown */
	char device[ACT_NAME_MAX];  /* that they use */
};

static void set_process(int root_fd, pid_t pid, const char *command,
			struct act_blocker *ret)
{
	_cleanup_free_ char *cgroup = NULL;

	ret->pid = pid;
	ACT_FAILURE_SET(ret->command, command);
	if (process_read_cgroup(root_fd, pid, &cgroup) == 0 && cgroup &&
	    strlen(cgroup) < sizeof(ret->cgroup))
		ACT_FAILURE_SET(ret->cgroup, cgroup);
}

static void set_holder(int root_fd, const struct facts_holder *holder,
		       struct act_blocker *ret)
{
	ACT_FAILURE_SET(ret->kind, holder->mapped ? "mapped" : "open");
	set_process(root_fd, holder->pid, holder->command, ret);
}

/* Nobody has it open or mapped, and its pages are in use for I/O: who does that
 * is a guess. */
static void set_pinner(int root_fd, struct act_blocker *ret)
{
	_cleanup_free_ char *command = NULL;
	pid_t pid;

	ACT_FAILURE_SET(ret->kind, "pinned");
	if (pins_find(root_fd, &pid, &command) < 0 || !command)
		return;
	ACT_FAILURE_SET(ret->kind, "maybe-pinned");
	set_process(root_fd, pid, command, ret);
}

/* 1: @device has users, or nobody knows (then *ret has no kind); 0: none. */
static int judge_users(int root_fd, const struct facts_device *device,
		       struct act_blocker *ret)
{
	uint64_t counted = device->users.openers + device->users.pinned_pages;

	*ret = (struct act_blocker){ 0 };
	if (device->n_holders == 0 && counted == 0)
		return !device->holders_known && !device->users.known;
	ACT_FAILURE_SET(ret->kind, "open");
	ret->count = device->n_holders ?: counted;
	if (device->n_holders > 0)
		set_holder(root_fd, &device->holders[0], ret);
	else if (device->users.openers == 0)
		set_pinner(root_fd, ret);
	return 1;
}

static bool is_asked_for(const struct question *question, const char *device)
{
	const struct plan *plan = question->plan;
	const struct plan_step *end = &plan->steps[plan->n_steps];

	if (strcmp(question->device, device) == 0)
		return true;
	for (const struct plan_step *s = question->others; s && s < end; s++)
		if (s->kind == PLAN_CHECK_UNUSED && s->device &&
		    strcmp(s->device, device) == 0)
			return true;
	return false;
}

static int judge_all(int root_fd, const struct question *question,
		     const struct facts_snapshot *snapshot, struct users *ret)
{
	for (size_t i = 0; i < snapshot->n_devices; i++) {
		const struct facts_device *device = &snapshot->devices[i];

		if (!is_asked_for(question, device->name) ||
		    !judge_users(root_fd, device, &ret->blocker))
			continue;
		ACT_FAILURE_SET(ret->device, device->name);
		return 1;
	}
	return 0;
}

static int read_devices(int root_fd, const struct question *question,
			struct facts_snapshot **ret)
{
	return question->others ? facts_snapshot_read(root_fd, ret)
				: facts_snapshot_read_device(
					  root_fd, question->device, ret);
}

static int scan(int root_fd, const void *asked, void *answer)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	const struct question *question = asked;
	int r;

	r = read_devices(root_fd, question, &snapshot);
	if (r >= 0)
		r = facts_holders_load(root_fd, snapshot);
	return r < 0 ? r : judge_all(root_fd, question, snapshot, answer);
}

/* By what the driver counts of them alone; @error where it does not. */
static int count_users(int root_fd, const struct question *question, int error,
		       struct users *ret)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	int r;

	r = read_devices(root_fd, question, &snapshot);
	if (r >= 0)
		r = judge_all(root_fd, question, snapshot, ret);
	return r < 0 || (r > 0 && !ret->blocker.kind[0]) ? error : r;
}

/* 1: *ret are users; 0: there are none; negative errno. */
static int find_users(const struct act_work *work,
		      const struct plan_step *others, uint64_t timeout,
		      struct users *ret)
{
	const struct question question = { work->device, work->plan, others };
	struct users users = { 0 };
	int r;

	r = scan_run(work->root_fd, scan, &question, timeout, &users,
		     sizeof(users));
	if (r < 0 && r != -ENODEV && r != -ECANCELED)
		r = count_users(work->root_fd, &question, r, &users);
	if (r > 0)
		*ret = users;
	return r;
}

/* Why nobody knows. */
static int fail_scan(struct act_work *work, int error)
{
	return work_fail(work, error,
			 error == -ENODEV      ? ACT_CAUSE_GONE
			 : error == -ECANCELED ? ACT_CAUSE_PREEMPTED
					       : ACT_CAUSE_USERS_UNKNOWN);
}

/* What a lease had is asked for again and again, without anyone's word. */
static bool is_of_lease(const struct plan_step *step)
{
	return step->stays || step->kind == PLAN_CLEAR;
}

/* They did not go. Returns -EUSERS. */
static int fail_users(struct act_work *work, const struct plan_step *step,
		      const struct users *users)
{
	work_fail(work, -EUSERS,
		  !users->blocker.kind[0] ? ACT_CAUSE_USERS_UNKNOWN
		  : is_of_lease(step)	  ? ACT_CAUSE_LEASE_IN_USE
					  : ACT_CAUSE_IN_USE);
	work->failure.blocker = users->blocker;
	ACT_FAILURE_SET(work->failure.device, users->device);
	return -EUSERS;
}

/* What is left of the time to wait, ms. */
static uint64_t time_left(const struct act_work *work,
			  const struct plan_step *step)
{
	if (step->timeout == UINT64_MAX)
		return UINT64_MAX;
	return step->timeout > work->waited ? step->timeout - work->waited : 0;
}

static void report_waiting(const struct act_work *work,
			   const struct plan_step *step)
{
	work_report(work, (size_t)(step - work->plan->steps), ACT_WAITING);
}

/* Those of all devices that the plan takes from somebody are asked for before
 * the first of them is touched, unless they are waited for. */
static const struct plan_step *others_of(const struct act_work *work,
					 const struct plan_step *step)
{
	return step->kind == PLAN_CHECK_UNUSED && step->device &&
			       time_left(work, step) == 0
		       ? step
		       : NULL;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Pauses before the next scan, as the last one took so long. */
static int pause_scans(uint64_t took, uint64_t left)
{
	return drain_poll(NULL, 0, least(most(SCAN_PAUSE_MSEC, took), left));
}

/* Without drain: somebody may come between the scan and the next step. */
static int scan_until_unused(struct act_work *work,
			     const struct plan_step *step)
{
	const uint64_t begun = clock_msec(), time = time_left(work, step);
	uint64_t at = begun, now, timeout = SCAN_MSEC;
	struct users users = { 0 };
	int r;

	for (;;) {
		r = find_users(work, others_of(work, step), timeout, &users);
		now = clock_msec();
		/* Those that the scan before has found are there still. */
		if (r == -ETIME && at > begun)
			r = 1;
		if (r <= 0)
			return r < 0 ? fail_scan(work, r) : 0;
		if (now - begun >= time)
			return fail_users(work, step, &users);
		if (at == begun)
			report_waiting(work, step);
		r = pause_scans(now - at, time - (now - begun));
		if (r < 0)
			return fail_scan(work, r);
		at = clock_msec();
		timeout = time - least(at - begun, time);
		timeout = least(most(timeout, LAST_SCAN_MSEC), SCAN_MSEC);
	}
}

int unused_check(struct act_work *work, const struct plan_step *step)
{
	return scan_until_unused(work, step);
}

/* No new users come any more, but it has some still. */
static int wait_unused(struct act_work *work, const struct plan_step *step)
{
	uint64_t left = time_left(work, step);

	if (left == 0)
		return -EUSERS;
	report_waiting(work, step);
	return drain_wait(work->root_fd, work->device, left);
}

/* Why the drain did not end. */
static int fail_drain(struct act_work *work, const struct plan_step *step,
		      int error)
{
	struct users users;
	int r;

	if (error == -ECANCELED)
		return work_fail(work, error, ACT_CAUSE_PREEMPTED);
	if (error != -EUSERS)
		return work_fail(work, error, ACT_CAUSE_DRAIN);
	r = find_users(work, NULL, SCAN_MSEC, &users);
	if (r == 0)
		return work_fail(work, error,
				 is_of_lease(step) ? ACT_CAUSE_LEASE_USERS_LEFT
						   : ACT_CAUSE_USERS_LEFT);
	return r < 0 ? fail_scan(work, r) : fail_users(work, step, &users);
}

static bool has_no_openers(const struct act_work *work)
{
	_cleanup_free_ char *path = text_format(
		"sys/bus/dax/devices/%s/users/openers", work->device);
	uint64_t n;

	return path && root_read_u64(work->root_fd, path, &n) == 0 && n == 0;
}

/* Its driver counts its users, and none has it open: what else there may be,
 * the drain finds. That spares a scan of all processes. */
static bool is_closed(const struct act_work *work, const struct plan_step *step)
{
	const struct question question = { work->device, work->plan,
					   others_of(work, step) };
	struct users users = { 0 };

	if (!question.others)
		return has_no_openers(work);
	return count_users(work->root_fd, &question, -ENODATA, &users) == 0;
}

/* The driver knows all who use it, so nobody scans for them unless there are
 * some. No note of the drain is kept: it is not this job alone that it is
 * for. */
static int take_and_stay(struct act_work *work, const struct plan_step *step)
{
	int r;

	r = drain_begin(work->root_fd, work->plan->region, work->device);
	if (r == -ENOENT)
		return scan_until_unused(work, step);
	if (r == 0 || r == -EUSERS)
		drain_forget(work->root_fd, work->device);
	if (r == 0)
		return 0;
	if (r != -EUSERS)
		drain_end(work->root_fd, work->device);
	return fail_drain(work, step, r);
}

/* Where users are not waited for, nobody is kept from opening the device while
 * somebody has it. */
int unused_take(struct act_work *work, const struct plan_step *step)
{
	bool waits = time_left(work, step) > 0;
	int r;

	if (step->stays)
		return take_and_stay(work, step);
	r = waits || is_closed(work, step) ? 0 : scan_until_unused(work, step);
	if (r < 0)
		return r;
	r = drain_begin(work->root_fd, work->plan->region, work->device);
	if (r == -ENOENT)
		return waits ? scan_until_unused(work, step) : 0;
	if (r == -EUSERS)
		r = wait_unused(work, step);
	if (r == 0)
		return 0;
	r = fail_drain(work, step, r);
	drain_end(work->root_fd, work->device);
	return r;
}

int unused_end(struct act_work *work)
{
	int r = drain_end(work->root_fd, work->device);

	return r < 0 ? work_fail(work, r, ACT_CAUSE_DRAIN_END) : 0;
}

int unused_end_before(struct act_work *work, const struct plan_step *step)
{
	for (const struct plan_step *s = work->plan->steps; s < step; s++)
		if (s->stays)
			return unused_end(work);
	return 0;
}

int unused_undo(struct act_work *work, const struct plan_step *step _unused_)
{
	return unused_end(work);
}
