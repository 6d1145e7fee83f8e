// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/relayout-slice.h"

#include <stdio.h>

#include "basic/text.h"
#include "plan/balance.h"
#include "plan/refusal.h"

static bool is_missing(const struct relayout_match *match, size_t index)
{
	return match->slices[index].device == RELAYOUT_NONE &&
	       match->slices[index].found;
}

bool relayout_slices_are_ram(const struct relayout_match *match)
{
	for (size_t i = 0; i < match->layout->n_slices; i++)
		if (match->layout->slices[i].use.mode == POLICY_MODE_SYSTEM_RAM)
			return true;
	return false;
}

/* A device keeps the attribute when its memory is changed; a new one is made
 * with 0 (drivers/dax/bus.c, create_store()). */
static int memmap_of(const struct relayout_match *match, size_t index)
{
	const uint64_t start = match->slices[index].range.start;
	int memmap = -1;

	for (size_t i = 0; i < match->n_devices; i++) {
		const struct facts_device *d = match->devices[i].device;

		if (match->devices[i].in_the_way && d->n_ranges > 0 &&
		    d->ranges[0].start == start)
			return d->memmap_on_memory;
		if (d->memmap_on_memory >= 0)
			memmap = 0;
	}
	return memmap;
}

/* The device that a missing slice will be, as far as limits and refusals ask
 * for it. */
static struct facts_device future_device(const struct relayout_match *match,
					 size_t index, char *name)
{
	const struct facts_device *first = match->devices[0].device;
	uint64_t block;

	return (struct facts_device){
		.name = name,
		.region = first->region,
		.size = phys_range_size(match->slices[index].range),
		.target_node = first->target_node,
		.memmap_on_memory = memmap_of(match, index),
		.ranges_known = true,
		.possible_blocks =
			match->block_size
				? phys_range_blocks(match->slices[index].range,
						    match->block_size, &block)
				: 0,
	};
}

static void add(struct plan_balance *sum, const struct facts_snapshot *snapshot,
		const struct facts_device *device, const struct policy_use *use)
{
	const struct plan_balance more = plan_balance(snapshot, device, use);

	plan_balance_add(sum, &more);
}

struct plan_balance
relayout_slices_balance(const struct facts_snapshot *snapshot,
			const struct relayout_match *match)
{
	static const struct policy_use none = { POLICY_MODE_KEEP };
	struct plan_balance sum = { 0 };

	for (size_t i = 0; i < match->n_devices; i++)
		if (match->devices[i].in_the_way)
			add(&sum, snapshot, match->devices[i].device, &none);
	for (size_t i = 0; i < match->layout->n_slices; i++) {
		const struct relayout_slice *slice = &match->slices[i];
		const struct facts_device future =
			future_device(match, i, NULL);

		add(&sum, snapshot,
		    slice->device == RELAYOUT_NONE
			    ? &future
			    : match->devices[slice->device].device,
		    &match->layout->slices[i].use);
	}
	return sum;
}

static enum plan_refusal find_exclusion(const struct relayout_match *match,
					size_t index, const char *name,
					const struct policy_limits *limits,
					char **ret_reason)
{
	const struct policy_exclusion *exclusion =
		limits ? policy_limits_exclusion_of(limits,
						    match->slices[index].range)
		       : NULL;

	if (!exclusion)
		return PLAN_REFUSAL_NONE;
	*ret_reason = text_format("NeverTouch= excludes %s (%s)", name,
				  exclusion->text);
	return PLAN_REFUSAL_LIMIT;
}

enum plan_refusal relayout_slice_refusal(const struct facts_snapshot *snapshot,
					 const struct relayout_match *match,
					 size_t index,
					 const struct policy_decision *decision,
					 char **ret_reason)
{
	const struct policy_slice *slice = &match->layout->slices[index];
	const struct policy_decision own = {
		.use = slice->use,
		.file = decision->file,
	};
	char name[sizeof("slice ") + POLICY_NAME_MAX];
	struct facts_device device;
	enum plan_refusal refusal;

	if (!is_missing(match, index))
		return PLAN_REFUSAL_NONE;
	snprintf(name, sizeof(name), "slice %s", slice->name);
	refusal = find_exclusion(match, index, name, decision->limits,
				 ret_reason);
	if (refusal != PLAN_REFUSAL_NONE)
		return refusal;
	device = future_device(match, index, name);
	return refusal_find(snapshot, &device, &own, ret_reason);
}
