// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/relayout-slice.h"

#include <stdio.h>

#include "basic/text.h"
#include "plan/balance.h"
#include "plan/refusal.h"

/* Of a pool only what the layout changes counts: to take memory out of the
 * system for a lease breaks no limit on what is in it. */
bool relayout_slices_are_ram(const struct relayout_match *match)
{
	for (size_t i = 0; i < match->layout->n_slices; i++)
		if (match->layout->slices[i].use.mode ==
			    POLICY_MODE_SYSTEM_RAM &&
		    (!match->layout->fixed ||
		     match->slices[i].device == RELAYOUT_NONE))
			return true;
	return false;
}

/* A device keeps the attribute when its memory is changed; a new one is made
 * with 0 (drivers/dax/bus.c, create_store()). */
static int memmap_of(const struct relayout_match *match, size_t index)
{
	const uint64_t start = match->slices[index].ranges[0].start;
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

bool relayout_slice_device(const struct relayout_match *match, size_t index,
			   struct facts_device *ret)
{
	const struct facts_device *first = match->devices[0].device;
	const struct relayout_slice *slice = &match->slices[index];
	uint64_t block;

	if (slice->device != RELAYOUT_NONE || !slice->found)
		return false;
	*ret = (struct facts_device){
		.region = first->region,
		.align = match->layout->slices[index].align,
		.target_node = first->target_node,
		.numa_node = first->numa_node,
		.memmap_on_memory = memmap_of(match, index),
		.ranges_known = true,
		.ranges = (struct phys_range *)slice->ranges,
		.n_ranges = slice->n_ranges,
	};
	for (size_t i = 0; i < slice->n_ranges; i++) {
		ret->size += phys_range_size(slice->ranges[i]);
		if (match->block_size)
			ret->possible_blocks += phys_range_blocks(
				slice->ranges[i], match->block_size, &block);
	}
	return true;
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
		const struct policy_use *use = &match->layout->slices[i].use;
		const size_t device = match->slices[i].device;
		struct facts_device future;

		if (device != RELAYOUT_NONE)
			add(&sum, snapshot, match->devices[device].device, use);
		else if (relayout_slice_device(match, i, &future))
			add(&sum, snapshot, &future, use);
	}
	return sum;
}

static enum plan_refusal find_exclusion(const struct relayout_match *match,
					size_t index, const char *name,
					const struct policy_limits *limits,
					char **ret_reason)
{
	const struct relayout_slice *slice = &match->slices[index];
	const struct policy_exclusion *exclusion = NULL;

	for (size_t i = 0; limits && !exclusion && i < slice->n_ranges; i++)
		exclusion =
			policy_limits_exclusion_of(limits, slice->ranges[i]);
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

	if (!relayout_slice_device(match, index, &device))
		return PLAN_REFUSAL_NONE;
	snprintf(name, sizeof(name), "slice %s", slice->name);
	refusal = find_exclusion(match, index, name, decision->limits,
				 ret_reason);
	if (refusal != PLAN_REFUSAL_NONE)
		return refusal;
	device.name = name;
	return refusal_find(snapshot, &device, &own, 0, ret_reason);
}
