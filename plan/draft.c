// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/draft.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/refusal.h"

/* No machine has more: at the smallest block size (128 MiB on x86) they span
 * 2 PiB. Ranges that claim more come from a broken or hostile sysfs. */
#define BLOCKS_MAX (UINT64_C(1) << 24)

int draft_conclude(struct plan *plan, enum plan_outcome outcome,
		   const char *format, ...)
{
	va_list ap;
	int r;

	plan->outcome = outcome;
	free(plan->reason);
	va_start(ap, format);
	r = vasprintf(&plan->reason, format, ap);
	va_end(ap);
	if (r < 0) {
		plan->reason = NULL;
		return -ENOMEM;
	}
	return 0;
}

static void step_done(struct plan_step *step)
{
	free(step->reason);
	free(step->device);
	free(step->before.ranges);
	free(step->after.ranges);
}

int draft_add_step(struct plan *plan, struct plan_step step, const char *format,
		   ...)
{
	struct plan_step *steps;
	va_list ap;
	int r;

	va_start(ap, format);
	r = vasprintf(&step.reason, format, ap);
	va_end(ap);
	if (r < 0)
		step.reason = NULL;
	steps = reallocarray(plan->steps, plan->n_steps + 1, sizeof(*steps));
	if (steps)
		plan->steps = steps;
	if (r < 0 || !steps) {
		step_done(&step);
		return -ENOMEM;
	}
	steps[plan->n_steps++] = step;
	return 0;
}

void draft_drop_steps(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		step_done(&plan->steps[i]);
	free(plan->steps);
	plan->steps = NULL;
	plan->n_steps = 0;
}

static uint64_t count_blocks(const struct plan *plan,
			     const struct facts_device *device)
{
	uint64_t first, n, total = plan->n_blocks;

	for (size_t i = 0; i < device->n_ranges; i++) {
		n = phys_range_blocks(device->ranges[i], plan->block_size,
				      &first);
		if (n > BLOCKS_MAX - total)
			return UINT64_MAX;
		total += n;
	}
	return total;
}

int draft_add_blocks(struct plan *plan, const struct facts_device *device)
{
	uint64_t first, n, total;
	uint64_t *blocks;

	if (plan->block_size == 0)
		return 0;
	total = count_blocks(plan, device);
	if (total == UINT64_MAX)
		return -ERANGE;
	blocks = reallocarray(plan->blocks, total ? total : 1, sizeof(*blocks));
	if (!blocks)
		return -ENOMEM;
	plan->blocks = blocks;
	for (size_t i = 0; i < device->n_ranges; i++) {
		n = phys_range_blocks(device->ranges[i], plan->block_size,
				      &first);
		for (uint64_t j = 0; j < n; j++)
			plan->blocks[plan->n_blocks++] = first + j;
	}
	return 0;
}

int draft_respect_limits(struct plan *plan,
			 const struct facts_snapshot *snapshot,
			 const struct facts_device *device,
			 const struct policy_decision *decision,
			 const struct plan_balance *before)
{
	_cleanup_free_ char *reason = NULL;
	int r;

	r = plan_limits_consult(snapshot, device, decision, before,
				&plan->limits, &plan->n_limits);
	if (r < 0 || plan->outcome != PLAN_SWITCH)
		return r;
	plan->refusal = refusal_of_limits(plan, &reason);
	if (plan->refusal == PLAN_REFUSAL_NONE)
		return 0;
	if (!reason)
		return -ENOMEM;
	draft_drop_steps(plan);
	return draft_conclude(plan, PLAN_REFUSED, "%s", reason);
}

static int copy_names(struct plan *plan, const struct facts_snapshot *snapshot,
		      const struct facts_device *device)
{
	plan->device = strdup(device->name);
	plan->identity = strdup(device->identity);
	plan->region = strdup(facts_device_region(snapshot, device)->path);
	if (device->driver)
		plan->from_driver = strdup(device->driver);
	if (!plan->device || !plan->identity || !plan->region ||
	    (device->driver && !plan->from_driver))
		return -ENOMEM;
	return 0;
}

int draft_new(const struct facts_snapshot *snapshot,
	      const struct facts_device *device, enum policy_mode mode,
	      enum policy_zone zone, struct plan **ret)
{
	_cleanup_plan_ struct plan *plan = calloc(1, sizeof(*plan));

	if (!plan || copy_names(plan, snapshot, device) < 0)
		return -ENOMEM;
	plan->mode = mode;
	plan->zone = zone;
	plan->target_node = device->target_node;
	plan->major = device->major;
	plan->minor = device->minor;
	plan->block_size = snapshot->kernel.block_size;
	*ret = TAKE_PTR(plan);
	return 0;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	draft_drop_steps(plan);
	plan_limits_free(plan->limits, plan->n_limits);
	free(plan->blocks);
	free(plan->from_driver);
	free(plan->reason);
	free(plan->region);
	free(plan->identity);
	free(plan->device);
	free(plan);
}
