// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basic/names.h"
#include "basic/text-stream.h"
#include "plan/limit-check.h"

static const char *const outcome_names[] = {
	[PLAN_NOTHING] = "nothing",
	[PLAN_SWITCH] = "switch",
	[PLAN_KEEP] = "keep",
	[PLAN_REFUSED] = "refused",
};

const char *plan_outcome_name(enum plan_outcome outcome)
{
	assert(outcome < ARRAY_SIZE(outcome_names));
	return outcome_names[outcome];
}

bool plan_is_stranded(const struct facts_device *device)
{
	return !facts_device_is_bound(device, DRIVER_KMEM) &&
	       device->n_blocks > 0;
}

enum policy_mode plan_current_mode(const struct facts_device *device)
{
	if (facts_device_is_bound(device, DRIVER_KMEM))
		return POLICY_MODE_SYSTEM_RAM;
	if (facts_device_is_bound(device, DRIVER_DEVICE_DAX))
		return POLICY_MODE_DEVDAX;
	return POLICY_MODE_KEEP;
}

size_t plan_count_online(const struct facts_snapshot *snapshot,
			 const struct facts_device *device)
{
	size_t n = 0;

	for (size_t i = 0; i < device->n_blocks; i++)
		n += snapshot->blocks[device->blocks[i]].state ==
		     FACTS_BLOCK_ONLINE;
	return n;
}

char *plan_block_names(const uint64_t *ids, size_t n)
{
	_cleanup_text_stream_ struct text_stream text = { NULL };
	FILE *f = text_stream_open(&text);

	if (!f)
		return NULL;
	for (size_t i = 0, end; i < n; i = end + 1) {
		for (end = i; end + 1 < n && ids[end + 1] == ids[end] + 1;)
			end++;
		fprintf(f, "%s%" PRIu64, i ? "," : "memory", ids[i]);
		if (end > i)
			fprintf(f, "-%" PRIu64, ids[end]);
	}
	return text_stream_take(&text);
}

int plan_shape_copy(uint64_t align, const struct phys_range *ranges, size_t n,
		    struct plan_shape *ret)
{
	struct phys_range *copy = NULL;

	if (n > 0) {
		copy = calloc(n, sizeof(*copy));
		if (!copy)
			return -ENOMEM;
		memcpy(copy, ranges, n * sizeof(*copy));
	}
	*ret = (struct plan_shape){ align, copy, n };
	return 0;
}

void plan_step_done(struct plan_step *step)
{
	free(step->reason);
	free(step->device);
	free(step->before.ranges);
	free(step->after.ranges);
}

void plan_drop_steps(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		plan_step_done(&plan->steps[i]);
	free(plan->steps);
	plan->steps = NULL;
	plan->n_steps = 0;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	plan_drop_steps(plan);
	limit_checks_free(plan->limits, plan->n_limits);
	free(plan->blocks);
	free(plan->from_driver);
	free(plan->spared);
	free(plan->reason);
	free(plan->region);
	free(plan->identity);
	free(plan->device);
	free(plan);
}
