// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/unused.h"

#include <errno.h>
#include <string.h>

#include "act/drain.h"
#include "basic/cleanup.h"
#include "facts/holders.h"
#include "facts/process.h"
#include "facts/snapshot-read.h"

/* Pause between two scans of all processes, where nothing says when the last
 * user is gone. */
#define SCAN_PAUSE_MS 1000

static void set_holder(int root_fd, const struct facts_holder *holder,
		       struct act_blocker *ret)
{
	_cleanup_free_ char *cgroup = NULL;

	ret->pid = holder->pid;
	ACT_FAILURE_SET(ret->kind, holder->mapped ? "mapped" : "open");
	ACT_FAILURE_SET(ret->command, holder->command);
	if (process_read_cgroup(root_fd, holder->pid, &cgroup) == 0 && cgroup &&
	    strlen(cgroup) < sizeof(ret->cgroup))
		ACT_FAILURE_SET(ret->cgroup, cgroup);
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
	return 1;
}

/* As judge_users(), or a negative errno that is remembered. */
static int find_users(struct act_work *work, struct act_blocker *ret)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	int r;

	r = facts_snapshot_read_device(work->root_fd, work->device, &snapshot);
	if (r == -ENODEV)
		return work_fail(work, r, ACT_CAUSE_GONE);
	if (r >= 0)
		r = facts_holders_load(work->root_fd, snapshot);
	if (r < 0)
		return work_fail(work, r, ACT_CAUSE_USERS_UNKNOWN);
	return judge_users(work->root_fd, &snapshot->devices[0], ret);
}

/* They did not go. Returns -EUSERS. */
static int fail_users(struct act_work *work, const struct act_blocker *users)
{
	work->failure.blocker = *users;
	return work_fail(work, -EUSERS,
			 users->kind[0] ? ACT_CAUSE_IN_USE
					: ACT_CAUSE_USERS_UNKNOWN);
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

/* Without drain: somebody may come between the scan and the next step. */
static int scan_until_unused(struct act_work *work,
			     const struct plan_step *step)
{
	uint64_t waited = 0, left = time_left(work, step);
	struct act_blocker users;
	int r;

	for (;;) {
		r = find_users(work, &users);
		if (r <= 0)
			return r;
		if (waited >= left)
			return fail_users(work, &users);
		if (waited == 0)
			report_waiting(work, step);
		r = drain_poll(NULL, 0, SCAN_PAUSE_MS);
		if (r < 0)
			return work_fail(work, r, ACT_CAUSE_PREEMPTED);
		waited += SCAN_PAUSE_MS;
	}
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
static int fail_drain(struct act_work *work, int error)
{
	struct act_blocker users;
	int r;

	if (error == -ECANCELED)
		return work_fail(work, error, ACT_CAUSE_PREEMPTED);
	if (error != -EUSERS)
		return work_fail(work, error, ACT_CAUSE_DRAIN);
	r = find_users(work, &users);
	if (r == 0)
		return work_fail(work, error, ACT_CAUSE_USERS_LEFT);
	return r < 0 ? r : fail_users(work, &users);
}

int unused_take(struct act_work *work, const struct plan_step *step)
{
	int r;

	r = drain_begin(work->root_fd, work->plan->region, work->device);
	if (r == -ENOENT)
		return scan_until_unused(work, step);
	if (r == -EUSERS)
		r = wait_unused(work, step);
	if (r == 0)
		return 0;
	r = fail_drain(work, r);
	drain_end(work->root_fd, work->device);
	return r;
}

int unused_undo(struct act_work *work, const struct plan_step *step _unused_)
{
	int r = drain_end(work->root_fd, work->device);

	return r < 0 ? work_fail(work, r, ACT_CAUSE_DRAIN_END) : 0;
}
