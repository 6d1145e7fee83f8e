// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/job/blocker.h"

#include <errno.h>
#include <string.h>

#include "act/scan.h"
#include "facts/model/model.h"
#include "facts/model/usage.h"
#include "facts/snapshot-read.h"
#include "facts/usage-read.h"
#include "plan/diagnose.h"

/* The findings stand worst first. */
static void set_worst(const struct diagnosis *diagnosis,
		      struct act_blocker *ret)
{
	const struct diagnosis_finding *worst = diagnosis->findings;

	if (diagnosis->n_findings == 0 || diagnosis->verdict < DIAGNOSIS_MAYBE)
		return;
	ACT_FAILURE_SET(ret->kind, worst->kind);
	ret->count = worst->pages;
	if (!worst->resident)
		return;
	ret->pid = worst->resident->pid;
	ACT_FAILURE_SET(ret->command, worst->resident->command);
	if (worst->resident->cgroup &&
	    strlen(worst->resident->cgroup) < sizeof(ret->cgroup))
		ACT_FAILURE_SET(ret->cgroup, worst->resident->cgroup);
}

struct question {
	const char *device;
	uint64_t since;
};

static int find(int root_fd, const void *asked, void *answer)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	_cleanup_diagnosis_ struct diagnosis *diagnosis = NULL;
	_cleanup_facts_usage_ struct facts_usage *usage = NULL;
	const struct question *question = asked;
	const struct facts_device *found;
	int r;

	r = facts_snapshot_read(root_fd, &snapshot);
	if (r < 0)
		return r;
	found = facts_find_device(snapshot, question->device);
	if (!found || !found->ranges_known)
		return -ENODEV;
	r = facts_usage_read(root_fd, snapshot, found, question->since, &usage);
	if (r < 0)
		return r;
	usage->attempt_known = true;
	r = diagnose(snapshot, found, usage, &diagnosis);
	if (r == 0)
		set_worst(diagnosis, answer);
	return r;
}

void blocker_find(int root_fd, const char *device, uint64_t since,
		  uint64_t timeout, struct act_blocker *ret)
{
	const struct question question = { device, since };
	struct act_blocker blocker = { 0 };

	/* It is good to know, and nothing depends on it. */
	scan_run(root_fd, find, &question, timeout, &blocker, sizeof(blocker));
	*ret = blocker;
}
