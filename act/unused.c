// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/unused.h"

#include <errno.h>
#include <string.h>

#include "act/drain.h"
#include "act/explain.h"
#include "act/pause.h"
#include "facts/holders.h"
#include "facts/snapshot-read.h"
#include "plan/in-use.h"

/* Pause between two looks at all processes, where nothing tells when the last
 * user is gone. */
#define LOOK_PAUSE_MS 1000

/* 1: it has users, and *ret says which; 0: none; negative errno. */
static int find_users(struct act_run *run, char **ret)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	int r;

	r = facts_snapshot_read_device(run->root_fd, run->device, &snapshot);
	if (r == -ENODEV)
		return act_explain(run, r, "%s is gone", run->device);
	if (r >= 0)
		r = facts_holders_load(run->root_fd, snapshot);
	if (r < 0)
		return act_explain(run, r,
				   "who uses /dev/%s cannot be read: %s",
				   run->device, strerror(-r));
	return in_use_describe(&snapshot->devices[0], ret);
}

static int tell_users(struct act_run *run)
{
	_cleanup_free_ char *users = NULL;
	int r;

	r = find_users(run, &users);
	if (r < 0)
		return r;
	return act_explain(run, -EUSERS, "%s",
			   users ? users
				 : "its last user went after we gave up "
				   "waiting; run daxbroker apply");
}

/* What is left of the time to wait, ms. */
static uint64_t time_left(const struct act_run *run,
			  const struct plan_step *step)
{
	if (step->timeout == UINT64_MAX)
		return UINT64_MAX;
	return step->timeout > run->waited ? step->timeout - run->waited : 0;
}

static int report_preempted(struct act_run *run, int r)
{
	return act_explain(run, r, "it made way for a look at the machine");
}

/* Without drain: somebody may come between the look and the next step. */
static int look_until_unused(struct act_run *run, const struct plan_step *step)
{
	uint64_t waited = 0, left = time_left(run, step);
	int r;

	for (;;) {
		_cleanup_free_ char *users = NULL;

		r = find_users(run, &users);
		if (r <= 0)
			return r;
		if (waited >= left)
			return act_explain(run, -EUSERS, "%s",
					   users ? users : "it is in use");
		if (waited == 0)
			act_report(run, (size_t)(step - run->plan->steps),
				   ACT_WAITING);
		r = pause_poll(NULL, 0, LOOK_PAUSE_MS);
		if (r < 0)
			return report_preempted(run, r);
		waited += LOOK_PAUSE_MS;
	}
}

/* Nobody can come any more, but some are there. */
static int wait_unused(struct act_run *run, const struct plan_step *step)
{
	uint64_t left = time_left(run, step);

	if (left == 0)
		return -EUSERS;
	act_report(run, (size_t)(step - run->plan->steps), ACT_WAITING);
	return drain_wait(run->root_fd, run->device, left);
}

int unused_take(struct act_run *run, const struct plan_step *step)
{
	const char *device = run->device;
	int r;

	r = drain_begin(run->root_fd, run->plan->region, device);
	if (r == -ENOENT)
		return look_until_unused(run, step);
	if (r == -EUSERS)
		r = wait_unused(run, step);
	if (r == 0)
		return 0;
	if (r == -EUSERS)
		r = tell_users(run);
	else if (r == -ECANCELED)
		report_preempted(run, r);
	else
		act_explain(run, r, "/dev/%s cannot be drained: %s", device,
			    strerror(-r));
	drain_end(run->root_fd, device);
	return r;
}

int unused_undo(struct act_run *run, const struct plan_step *step)
{
	int r;

	(void)step;
	r = drain_end(run->root_fd, run->device);
	if (r < 0)
		return act_explain(run, r,
				   "/dev/%s does not take users again: %s; "
				   "write 0 to its attribute drain",
				   run->device, strerror(-r));
	return 0;
}
