// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/relayout-match.h"

static bool overlap(struct phys_range a, struct phys_range b)
{
	return a.start <= b.end && b.start <= a.end;
}

bool relayout_match_overlaps(const struct facts_device *device,
			     struct phys_range range)
{
	for (size_t i = 0; i < device->n_ranges; i++)
		if (overlap(device->ranges[i], range))
			return true;
	return false;
}

bool relayout_match_needs(const struct relayout_slice *slice,
			  const struct facts_device *device)
{
	for (size_t i = 0; i < slice->n_ranges; i++)
		if (relayout_match_overlaps(device, slice->ranges[i]))
			return true;
	return false;
}

static uint64_t unit_of(const struct relayout_match *match,
			const struct policy_slice *slice)
{
	return slice->align > match->region->align ? slice->align
						   : match->region->align;
}

/* Where the policy puts it. */
static struct phys_range own_range(const struct relayout_match *match,
				   const struct policy_slice *slice)
{
	uint64_t start = match->layout->start + slice->offset;

	return (struct phys_range){ start, start + slice->size - 1 };
}

/* Its memory is @range, maybe in several parts side by side. */
static bool is_at(const struct facts_device *device, struct phys_range range)
{
	if (device->n_ranges == 0 || device->ranges[0].start != range.start)
		return false;
	for (size_t i = 1; i < device->n_ranges; i++)
		if (device->ranges[i].start != device->ranges[i - 1].end + 1)
			return false;
	return device->ranges[device->n_ranges - 1].end == range.end;
}

/* Behind the range at *@i, and all that goes on where it ends. */
static uint64_t end_of_run(const struct phys_range *ranges, size_t n, size_t *i)
{
	while (*i + 1 < n && ranges[*i + 1].start == ranges[*i].end + 1)
		(*i)++;
	return ranges[(*i)++].end;
}

/* Its memory is that of @slice, whatever parts it is listed in. */
static bool is_fixed_at(const struct facts_device *device,
			const struct policy_slice *slice)
{
	size_t i = 0, j = 0;

	while (i < device->n_ranges && j < slice->n_ranges)
		if (device->ranges[i].start != slice->ranges[j].start ||
		    end_of_run(device->ranges, device->n_ranges, &i) !=
			    end_of_run(slice->ranges, slice->n_ranges, &j))
			return false;
	return i == device->n_ranges && j == slice->n_ranges;
}

/* System RAM has no page size of its own. */
static bool is_fixed_slice(const struct facts_device *device,
			   const struct policy_slice *slice)
{
	return is_fixed_at(device, slice) &&
	       (device->align == slice->align ||
		slice->use.mode == POLICY_MODE_SYSTEM_RAM);
}

/* It could be @slice where it lies. */
static bool is_like(const struct relayout_match *match,
		    const struct facts_device *device,
		    const struct policy_slice *slice)
{
	const uint64_t unit = unit_of(match, slice);

	if (device->size != slice->size || device->align != slice->align)
		return false;
	for (size_t i = 0; i < device->n_ranges; i++)
		if (device->ranges[i].start % unit ||
		    phys_range_size(device->ranges[i]) % unit)
			return false;
	return slice->use.mode != POLICY_MODE_SYSTEM_RAM ||
	       device->possible_blocks * match->block_size >=
		       slice->size - slice->waste;
}

static bool has_mode(const struct facts_device *device,
		     const struct policy_slice *slice)
{
	return plan_current_mode(device) == slice->use.mode;
}

enum rule { BY_RANGE, BY_SIZE_AND_MODE, BY_SIZE };

static bool fits(const struct relayout_match *match,
		 const struct facts_device *device,
		 const struct policy_slice *slice, enum rule rule)
{
	if (match->layout->fixed)
		return is_fixed_slice(device, slice);
	if (rule == BY_RANGE)
		return is_at(device, own_range(match, slice)) &&
		       device->align == slice->align;
	return is_like(match, device, slice) &&
	       (rule == BY_SIZE || has_mode(device, slice));
}

static void match_slice(struct relayout_match *match, size_t index,
			enum rule rule)
{
	struct relayout_slice *slice = &match->slices[index];

	for (size_t i = 0; i < match->n_devices; i++) {
		struct relayout_device *d = &match->devices[i];

		if (!d->may_change || d->slice != RELAYOUT_NONE ||
		    d->device->n_ranges == 0 ||
		    !fits(match, d->device, &match->layout->slices[index],
			  rule))
			continue;
		d->slice = index;
		d->by_size = rule != BY_RANGE;
		slice->device = i;
		slice->found = true;
		return;
	}
}

static void match_by(struct relayout_match *match, enum rule rule)
{
	for (size_t i = 0; i < match->layout->n_slices; i++)
		if (match->slices[i].device == RELAYOUT_NONE)
			match_slice(match, i, rule);
}

/* Neither a device that stays has it, nor a slice that is missing. */
static bool is_free(const struct relayout_match *match, struct phys_range range)
{
	for (size_t i = 0; i < match->n_devices; i++) {
		const struct relayout_device *d = &match->devices[i];

		if ((!d->may_change || d->slice != RELAYOUT_NONE) &&
		    relayout_match_overlaps(d->device, range))
			return false;
	}
	for (size_t i = 0; i < match->layout->n_slices; i++)
		if (match->slices[i].found &&
		    match->slices[i].device == RELAYOUT_NONE &&
		    overlap(match->slices[i].range, range))
			return false;
	return true;
}

static void take_if_free(const struct relayout_match *match,
			 struct relayout_slice *slice, struct phys_range range)
{
	if (slice->found || !is_free(match, range))
		return;
	slice->range = range;
	slice->ranges = &slice->range;
	slice->n_ranges = 1;
	slice->found = true;
}

/* From @from on, if that is inside the region. */
static void try_behind(const struct relayout_match *match, size_t slice,
		       uint64_t from)
{
	const struct policy_slice *p = &match->layout->slices[slice];
	const uint64_t end = match->layout->start + match->region->size;
	uint64_t unit = unit_of(match, p);

	if (p->use.mode == POLICY_MODE_SYSTEM_RAM && match->block_size > unit)
		unit = match->block_size;
	from = (from + unit - 1) / unit * unit;
	if (from < match->layout->start || from >= end || end - from < p->size)
		return;
	take_if_free(match, &match->slices[slice],
		     (struct phys_range){ from, from + p->size - 1 });
}

/* Where there is room elsewhere than the policy puts it: at the region's start,
 * or behind something else. */
static void try_elsewhere(const struct relayout_match *match, size_t slice)
{
	try_behind(match, slice, match->layout->start);
	for (size_t i = 0; i < match->n_devices; i++)
		for (size_t j = 0; j < match->devices[i].device->n_ranges; j++)
			try_behind(match, slice,
				   match->devices[i].device->ranges[j].end + 1);
	for (size_t i = 0; i < match->layout->n_slices; i++)
		if (match->slices[i].found &&
		    match->slices[i].device == RELAYOUT_NONE)
			try_behind(match, slice,
				   match->slices[i].range.end + 1);
}

/* False with the first slice that has no room. */
static bool find_room(struct relayout_match *match)
{
	const size_t n = match->layout->n_slices;

	match->no_room = RELAYOUT_NONE;
	for (size_t i = 0; i < n; i++)
		if (match->slices[i].device == RELAYOUT_NONE)
			take_if_free(
				match, &match->slices[i],
				own_range(match, &match->layout->slices[i]));
	for (size_t i = 0; i < n; i++) {
		if (!match->slices[i].found)
			try_elsewhere(match, i);
		if (match->slices[i].found)
			continue;
		match->no_room = i;
		return false;
	}
	return true;
}

/* Slices elsewhere than the policy puts them may leave no room for the rest. */
static void forget_what_lies_elsewhere(struct relayout_match *match)
{
	for (size_t i = 0; i < match->n_devices; i++) {
		struct relayout_device *d = &match->devices[i];

		if (!d->by_size)
			continue;
		match->slices[d->slice].device = RELAYOUT_NONE;
		d->slice = RELAYOUT_NONE;
		d->by_size = false;
	}
	for (size_t i = 0; i < match->layout->n_slices; i++)
		match->slices[i].found =
			match->slices[i].device != RELAYOUT_NONE;
}

static void find_what_is_in_the_way(struct relayout_match *match)
{
	for (size_t i = 0; i < match->n_devices; i++) {
		struct relayout_device *d = &match->devices[i];

		if (!d->may_change || d->slice != RELAYOUT_NONE)
			continue;
		for (size_t j = 0; j < match->layout->n_slices; j++)
			d->in_the_way |=
				match->slices[j].device == RELAYOUT_NONE &&
				relayout_match_needs(&match->slices[j],
						     d->device);
	}
}

/* A device that may not change keeps its memory. */
static bool is_free_at(const struct relayout_match *match,
		       const struct relayout_slice *slice)
{
	for (size_t i = 0; i < match->n_devices; i++)
		if (!match->devices[i].may_change &&
		    relayout_match_needs(slice, match->devices[i].device))
			return false;
	return true;
}

static void find_fixed(struct relayout_match *match)
{
	match->no_room = RELAYOUT_NONE;
	for (size_t i = 0; i < match->layout->n_slices; i++) {
		struct relayout_slice *slice = &match->slices[i];

		slice->ranges = match->layout->slices[i].ranges;
		slice->n_ranges = match->layout->slices[i].n_ranges;
		slice->found = slice->device != RELAYOUT_NONE ||
			       is_free_at(match, slice);
		slice->left_out =
			!slice->found && !match->layout->slices[i].grant;
		if (!slice->found && !slice->left_out &&
		    match->no_room == RELAYOUT_NONE)
			match->no_room = i;
	}
	for (size_t i = 0; i < match->n_devices; i++) {
		struct relayout_device *d = &match->devices[i];

		d->in_the_way = d->may_change && d->slice == RELAYOUT_NONE &&
				d->device->n_ranges > 0;
	}
}

void relayout_match_find(struct relayout_match *match)
{
	for (size_t i = 0; i < match->layout->n_slices; i++)
		match->slices[i] =
			(struct relayout_slice){ .device = RELAYOUT_NONE };
	match_by(match, BY_RANGE);
	if (match->layout->fixed) {
		find_fixed(match);
		return;
	}
	match_by(match, BY_SIZE_AND_MODE);
	match_by(match, BY_SIZE);
	if (!find_room(match)) {
		forget_what_lies_elsewhere(match);
		if (!find_room(match))
			return;
	}
	find_what_is_in_the_way(match);
}
