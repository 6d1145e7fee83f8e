// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/empty.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "act/unused.h"
#include "basic/cleanup.h"
#include "facts/content-probe.h"
#include "facts/device-memory.h"
#include "facts/snapshot-read.h"
#include "policy/persistent.h"

/* 1: it holds what the policy names; 0: it has to be empty; or a negative
 * errno. */
static int may_go(int fd, const struct facts_device *device, uint32_t kinds)
{
	enum content_kind kind;
	int r = content_probe_memory(fd, device, &kind);

	return r < 0 ? r : policy_persistent_allows(kinds, kind);
}

/*
 * Nobody is kept from writing meanwhile: with a drain the device could not be
 * opened for reading either. Who has it open when all is read is found by the
 * next step, PLAN_CHECK_UNUSED, which does not wait for users here. So what
 * gets lost is only what somebody wrote who came and went within this step,
 * behind the place that was being read. As programs begin at one of the ends,
 * the samples are read once more.
 */
static int find(int fd, const struct facts_device *device, uint32_t kinds,
		uint64_t *ret_at)
{
	int r = kinds ? may_go(fd, device, kinds) : 0;

	if (r != 0)
		return r < 0 ? r : 0;
	r = device_memory_find_data(fd, device, ret_at);

	return r == 0 ? device_memory_sample(fd, device, ret_at) : r;
}

static int read_all(const struct act_work *work, uint32_t kinds,
		    uint64_t *ret_at)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	_cleanup_close_ int fd = -1;
	int r;

	r = facts_snapshot_read_device(work->root_fd, work->device, &snapshot);
	if (r < 0)
		return r;
	fd = device_memory_open(work->root_fd, &snapshot->devices[0]);
	return fd < 0 ? fd : find(fd, &snapshot->devices[0], kinds, ret_at);
}

int empty_take(struct act_work *work, const struct plan_step *step)
{
	char offset[24];
	uint64_t at;
	int r;

	r = unused_check(work, step);
	if (r < 0)
		return r;
	r = unused_end_before(work, step);
	if (r < 0)
		return r;
	r = read_all(work, step->kinds, &at);
	if (r < 0)
		return work_fail(work, r, ACT_CAUSE_CONTENT);
	if (r == 0)
		return 0;
	snprintf(offset, sizeof(offset), "%#" PRIx64, at);
	return work_fail_named(work, -ENOTEMPTY, ACT_CAUSE_NOT_EMPTY, NULL,
			       offset);
}
