// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/job/blocker.h"

#include <string.h>

#include "facts/model/model.h"
#include "facts/model/usage.h"
#include "facts/snapshot-read.h"
#include "facts/usage-read.h"
#include "plan/diagnose.h"

static const struct facts_device *
find_device(const struct facts_snapshot *snapshot, const char *name)
{
	for (size_t i = 0; i < snapshot->n_devices; i++)
		if (strcmp(snapshot->devices[i].name, name) == 0)
			return &snapshot->devices[i];
	return NULL;
}

/* The findings stand worst first. */
static char *worst_finding(const struct diagnosis *diagnosis)
{
	if (diagnosis->n_findings == 0 || diagnosis->verdict < DIAGNOSIS_MAYBE)
		return NULL;
	return strdup(diagnosis->findings[0].what);
}

char *blocker_find(int root_fd, const char *device)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	_cleanup_diagnosis_ struct diagnosis *diagnosis = NULL;
	_cleanup_facts_usage_ struct facts_usage *usage = NULL;
	const struct facts_device *found;

	if (facts_snapshot_read(root_fd, &snapshot) < 0)
		return NULL;
	found = find_device(snapshot, device);
	if (!found || !found->ranges_known)
		return NULL;
	if (facts_usage_read(root_fd, snapshot, found, &usage) < 0 ||
	    diagnose(snapshot, found, usage, &diagnosis) < 0)
		return NULL;
	return worst_finding(diagnosis);
}
