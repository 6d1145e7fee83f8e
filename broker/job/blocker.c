// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/job/blocker.h"

#include <string.h>

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

void blocker_find(int root_fd, const char *device, struct act_blocker *ret)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	_cleanup_diagnosis_ struct diagnosis *diagnosis = NULL;
	_cleanup_facts_usage_ struct facts_usage *usage = NULL;
	const struct facts_device *found;

	*ret = (struct act_blocker){ 0 };
	if (facts_snapshot_read(root_fd, &snapshot) < 0)
		return;
	found = facts_find_device(snapshot, device);
	if (!found || !found->ranges_known)
		return;
	if (facts_usage_read(root_fd, snapshot, found, &usage) < 0 ||
	    diagnose(snapshot, found, usage, &diagnosis) < 0)
		return;
	set_worst(diagnosis, ret);
}
