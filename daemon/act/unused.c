// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/act/unused.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "daemon/act/drain.h"
#include "daemon/act/explain.h"
#include "daemon/plan/refusal.h"

/* Pause between two looks at all processes, where nothing tells when the last
 * user is gone. */
#define LOOK_PAUSE_MS 1000

/* 1: it has users, and *ret says which; 0: none; negative errno. */
static int find_users(struct act_run *run, char **ret)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	const struct facts_device *device;
	int r;

	r = facts_snapshot_read(run->root_fd, &snapshot);
	if (r >= 0)
		r = facts_load_holders(run->root_fd, snapshot);
	if (r < 0)
		return act_explain(run, r,
				   "who uses /dev/%s cannot be read: %s",
				   run->device, strerror(-r));
	device = facts_find_device(snapshot, run->device);
	if (!device)
		return act_explain(run, -ENODEV, "%s is gone",
				   run->device);
	return refusal_users(device, ret);
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

/* Without drain: somebody may come between the look and the next step. */
static int look_until_unused(struct act_run *run, uint64_t timeout)
{
	uint64_t waited = 0;
	int r;

	for (;;) {
		_cleanup_free_ char *users = NULL;

		r = find_users(run, &users);
		if (r <= 0)
			return r;
		if (waited >= timeout)
			return act_explain(run, -EUSERS, "%s",
					   users ? users : "it is in use");
		poll(NULL, 0, LOOK_PAUSE_MS);
		waited += LOOK_PAUSE_MS;
	}
}

int unused_take(struct act_run *run, const struct plan_step *step)
{
	const char *device = run->device;
	int r;

	r = drain_begin(run->root_fd, run->plan->region, device, step->timeout);
	if (r == 0)
		return 0;
	if (r == -ENOENT)
		return look_until_unused(run, step->timeout);
	if (r == -EUSERS)
		r = tell_users(run);
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
