// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/work.h"

#include <assert.h>

void work_report(const struct act_work *work, size_t step, enum act_phase phase)
{
	if (work->progress)
		work->progress(work->plan, step, phase, work->userdata);
}

int work_fail_named(struct act_work *work, int error, enum act_cause cause,
		    const char *name, const char *value)
{
	struct act_failure *failure = &work->failure;

	assert(error < 0 && cause != ACT_CAUSE_NONE);
	if (failure->cause != ACT_CAUSE_NONE)
		return error;
	failure->cause = cause;
	failure->error = -error;
	ACT_FAILURE_SET(failure->device, work->device ?: work->plan->device);
	ACT_FAILURE_SET(failure->name, name);
	ACT_FAILURE_SET(failure->value, value);
	return error;
}

int work_fail(struct act_work *work, int error, enum act_cause cause)
{
	return work_fail_named(work, error, cause, NULL, NULL);
}

int work_fail_block(struct act_work *work, int error, enum act_cause cause)
{
	struct act_failure *failure = &work->failure;
	uint64_t size = work->plan->block_size;

	if (failure->cause != ACT_CAUSE_NONE)
		return error;
	failure->has_block = true;
	failure->block = work->blocks.failed;
	failure->range.start = failure->block * size;
	failure->range.end = failure->range.start + size - 1;
	return work_fail(work, error, cause);
}

struct act_failure work_take_failure(struct act_work *work, int error)
{
	struct act_failure failure;

	work_fail(work, error, ACT_CAUSE_OTHER);
	failure = work->failure;
	work->failure = (struct act_failure){ 0 };
	return failure;
}
