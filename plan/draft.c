// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/draft.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/text.h"
#include "plan/limit-check.h"

/* No machine has more: at the smallest block size (128 MiB on x86) they span
 * 2 PiB. Ranges that claim more come from a broken or hostile sysfs. */
#define BLOCKS_MAX (UINT64_C(1) << 24)

static int copy_names(struct plan *plan, const struct draft *draft)
{
	const struct facts_device *device = draft->device;
	const struct facts_region *region =
		facts_device_region(draft->snapshot, device);

	plan->device = strdup(device->name);
	plan->identity = strdup(device->identity);
	plan->region = strdup(region->path);
	if (device->driver)
		plan->from_driver = strdup(device->driver);
	if (!plan->device || !plan->identity || !plan->region ||
	    (device->driver && !plan->from_driver))
		return -ENOMEM;
	return 0;
}

int draft_begin(struct draft *draft, enum policy_mode mode,
		enum policy_zone zone)
{
	_cleanup_plan_ struct plan *plan = calloc(1, sizeof(*plan));

	if (!plan || copy_names(plan, draft) < 0)
		return -ENOMEM;
	plan->mode = mode;
	plan->zone = zone;
	plan->target_node = draft->device->target_node;
	plan->major = draft->device->major;
	plan->minor = draft->device->minor;
	plan->block_size = draft->snapshot->kernel.block_size;
	draft->plan = TAKE_PTR(plan);
	return 0;
}

void draft_done(struct draft *draft)
{
	plan_free(draft->plan);
}

_printf_(3, 0) static int conclude(struct plan *plan, enum plan_outcome outcome,
				   const char *format, va_list ap)
{
	plan->outcome = outcome;
	free(plan->reason);
	plan->reason = text_vformat(format, ap);
	return plan->reason ? 0 : -ENOMEM;
}

int draft_conclude(struct draft *draft, enum plan_outcome outcome,
		   const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = conclude(draft->plan, outcome, format, ap);
	va_end(ap);
	return r;
}

int draft_refuse(struct draft *draft, enum plan_refusal refusal,
		 const char *format, ...)
{
	va_list ap;
	int r;

	draft->plan->refusal = refusal;
	plan_drop_steps(draft->plan);
	va_start(ap, format);
	r = conclude(draft->plan, PLAN_REFUSED, format, ap);
	va_end(ap);
	return r;
}

_printf_(3, 0) static int add_step(struct plan *plan, struct plan_step step,
				   const char *format, va_list ap)
{
	step.reason = text_vformat(format, ap);
	if (!step.reason || ARRAY_GROW(plan->steps, plan->n_steps) < 0) {
		plan_step_done(&step);
		return -ENOMEM;
	}
	plan->steps[plan->n_steps++] = step;
	return 0;
}

int draft_add_step(struct draft *draft, struct plan_step step,
		   const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = add_step(draft->plan, step, format, ap);
	va_end(ap);
	return r;
}

/* The device of the step, and what it is made of before it. */
static int set_device(struct plan_step *step, const struct facts_device *device)
{
	step->device = strdup(device->name);
	if (!step->device)
		return -ENOMEM;
	return plan_shape_copy(device->align, device->ranges, device->n_ranges,
			       &step->before);
}

int draft_add_step_of(struct draft *draft, const struct facts_device *device,
		      struct plan_step step, const char *format, ...)
{
	va_list ap;
	int r;

	if (draft->of_region && set_device(&step, device) < 0) {
		plan_step_done(&step);
		return -ENOMEM;
	}
	va_start(ap, format);
	r = add_step(draft->plan, step, format, ap);
	va_end(ap);
	return r;
}

static int count_blocks(const struct plan *plan,
			const struct facts_device *device, uint64_t *ret)
{
	uint64_t first, n, total = plan->n_blocks;

	for (size_t i = 0; i < device->n_ranges; i++) {
		n = phys_range_blocks(device->ranges[i], plan->block_size,
				      &first);
		if (n > BLOCKS_MAX - total)
			return -ERANGE;
		total += n;
	}
	*ret = total;
	return 0;
}

int draft_add_blocks(struct draft *draft, const struct facts_device *device)
{
	struct plan *plan = draft->plan;
	uint64_t first, n, total;
	uint64_t *blocks;

	if (plan->block_size == 0)
		return 0;
	if (count_blocks(plan, device, &total) < 0)
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

static int refuse_for_limit(struct draft *draft,
			    const struct limit_check *limit)
{
	const char *what = draft->of_region ? "the region of " : "";

	if (!limit->origin.file)
		return draft_refuse(draft, PLAN_REFUSAL_LIMIT,
				    "%s%s is left as it is for %s: %s", what,
				    draft->plan->device, limit->name,
				    limit->text);
	return draft_refuse(draft, PLAN_REFUSAL_LIMIT,
			    "%s%s is left as it is for %s= (%s:%u): %s", what,
			    draft->plan->device, limit->name,
			    limit->origin.file, limit->origin.line,
			    limit->text);
}

int draft_respect_limits(struct draft *draft, bool adds_ram,
			 const struct plan_balance *before)
{
	struct plan *plan = draft->plan;
	int r;

	r = limit_checks_make(draft->snapshot, draft->device, draft->decision,
			      adds_ram ? &plan->balance : NULL, before,
			      &plan->limits, &plan->n_limits);
	if (r < 0 || plan->outcome != PLAN_SWITCH)
		return r;
	for (size_t i = 0; i < plan->n_limits; i++)
		if (plan->limits[i].breaks)
			return refuse_for_limit(draft, &plan->limits[i]);
	return 0;
}
