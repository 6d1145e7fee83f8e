// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/plan/carve-match.h"

static bool overlap(struct phys_range a, struct phys_range b)
{
	return a.start <= b.end && b.start <= a.end;
}

bool carve_overlaps(const struct facts_device *device, struct phys_range range)
{
	for (size_t i = 0; i < device->n_ranges; i++)
		if (overlap(device->ranges[i], range))
			return true;
	return false;
}

static uint64_t unit_of(const struct carve_match *match,
			const struct policy_piece *piece)
{
	return piece->align > match->region->align ? piece->align
						   : match->region->align;
}

/* Where the policy puts it. */
static struct phys_range own_place(const struct carve_match *match,
				   const struct policy_piece *piece)
{
	uint64_t start = match->carving->start + piece->offset;

	return (struct phys_range){ start, start + piece->size - 1 };
}

/* Its memory is @range, be it in several pieces side by side. */
static bool is_at(const struct facts_device *device, struct phys_range range)
{
	if (device->n_ranges == 0 || device->ranges[0].start != range.start)
		return false;
	for (size_t i = 1; i < device->n_ranges; i++)
		if (device->ranges[i].start != device->ranges[i - 1].end + 1)
			return false;
	return device->ranges[device->n_ranges - 1].end == range.end;
}

/* It would do as @piece wherever it lies. */
static bool is_like(const struct carve_match *match,
		    const struct facts_device *device,
		    const struct policy_piece *piece)
{
	const uint64_t unit = unit_of(match, piece);

	if (device->size != piece->size || device->align != piece->align)
		return false;
	for (size_t i = 0; i < device->n_ranges; i++)
		if (device->ranges[i].start % unit ||
		    phys_range_size(device->ranges[i]) % unit)
			return false;
	return piece->mode != POLICY_MODE_SYSTEM_RAM ||
	       device->possible_blocks * match->block_size >=
		       piece->size - piece->waste;
}

static bool has_mode(const struct facts_device *device,
		     const struct policy_piece *piece)
{
	return plan_current_mode(device) == piece->mode;
}

enum rule { BY_PLACE, BY_SIZE_AND_MODE, BY_SIZE };

static bool fits(const struct carve_match *match,
		 const struct facts_device *device,
		 const struct policy_piece *piece, enum rule rule)
{
	if (rule == BY_PLACE)
		return is_at(device, own_place(match, piece)) &&
		       device->align == piece->align;
	return is_like(match, device, piece) &&
	       (rule == BY_SIZE || has_mode(device, piece));
}

static void match_piece(struct carve_match *match, size_t piece, enum rule rule)
{
	struct carve_place *place = &match->places[piece];

	for (size_t i = 0; i < match->n_devices; i++) {
		struct carve_device *d = &match->devices[i];

		if (!d->ours || d->piece != CARVE_NONE ||
		    d->device->n_ranges == 0 ||
		    !fits(match, d->device, &match->carving->pieces[piece],
			  rule))
			continue;
		d->piece = piece;
		d->by_size = rule != BY_PLACE;
		place->device = i;
		place->found = true;
		return;
	}
}

static void match_by(struct carve_match *match, enum rule rule)
{
	for (size_t i = 0; i < match->carving->n_pieces; i++)
		if (match->places[i].device == CARVE_NONE)
			match_piece(match, i, rule);
}

/* Neither a device that stays has it, nor a piece that is to come. */
static bool is_free(const struct carve_match *match, struct phys_range range)
{
	for (size_t i = 0; i < match->n_devices; i++) {
		const struct carve_device *d = &match->devices[i];

		if ((!d->ours || d->piece != CARVE_NONE) &&
		    carve_overlaps(d->device, range))
			return false;
	}
	for (size_t i = 0; i < match->carving->n_pieces; i++)
		if (match->places[i].found &&
		    match->places[i].device == CARVE_NONE &&
		    overlap(match->places[i].range, range))
			return false;
	return true;
}

static void take_if_free(const struct carve_match *match,
			 struct carve_place *place, struct phys_range range)
{
	if (place->found || !is_free(match, range))
		return;
	place->range = range;
	place->found = true;
}

/* From @from on, if that is inside the region. */
static void try_behind(const struct carve_match *match, size_t piece,
		       uint64_t from)
{
	const struct policy_piece *p = &match->carving->pieces[piece];
	const uint64_t end = match->carving->start + match->region->size;
	uint64_t unit = unit_of(match, p);

	if (p->mode == POLICY_MODE_SYSTEM_RAM && match->block_size > unit)
		unit = match->block_size;
	from = (from + unit - 1) / unit * unit;
	if (from < match->carving->start || from >= end || end - from < p->size)
		return;
	take_if_free(match, &match->places[piece],
		     (struct phys_range){ from, from + p->size - 1 });
}

/* Where there is room that is not its own place: at the region's start, or
 * behind something else. */
static void try_elsewhere(const struct carve_match *match, size_t piece)
{
	try_behind(match, piece, match->carving->start);
	for (size_t i = 0; i < match->n_devices; i++)
		for (size_t j = 0; j < match->devices[i].device->n_ranges; j++)
			try_behind(match, piece,
				   match->devices[i].device->ranges[j].end + 1);
	for (size_t i = 0; i < match->carving->n_pieces; i++)
		if (match->places[i].found &&
		    match->places[i].device == CARVE_NONE)
			try_behind(match, piece,
				   match->places[i].range.end + 1);
}

/* False with the first piece that has no room. */
static bool find_places(struct carve_match *match)
{
	const size_t n = match->carving->n_pieces;

	match->misplaced = CARVE_NONE;
	for (size_t i = 0; i < n; i++)
		if (match->places[i].device == CARVE_NONE)
			take_if_free(
				match, &match->places[i],
				own_place(match, &match->carving->pieces[i]));
	for (size_t i = 0; i < n; i++) {
		if (!match->places[i].found)
			try_elsewhere(match, i);
		if (match->places[i].found)
			continue;
		match->misplaced = i;
		return false;
	}
	return true;
}

/* What lies elsewhere may be what leaves no room for the rest. */
static void forget_what_lies_elsewhere(struct carve_match *match)
{
	for (size_t i = 0; i < match->n_devices; i++) {
		struct carve_device *d = &match->devices[i];

		if (!d->by_size)
			continue;
		match->places[d->piece].device = CARVE_NONE;
		d->piece = CARVE_NONE;
		d->by_size = false;
	}
	for (size_t i = 0; i < match->carving->n_pieces; i++)
		match->places[i].found = match->places[i].device != CARVE_NONE;
}

static void find_what_is_in_the_way(struct carve_match *match)
{
	for (size_t i = 0; i < match->n_devices; i++) {
		struct carve_device *d = &match->devices[i];

		if (!d->ours || d->piece != CARVE_NONE)
			continue;
		for (size_t j = 0; j < match->carving->n_pieces; j++)
			d->in_the_way |=
				match->places[j].device == CARVE_NONE &&
				carve_overlaps(d->device,
					       match->places[j].range);
	}
}

void carve_match_find(struct carve_match *match)
{
	for (size_t i = 0; i < match->carving->n_pieces; i++)
		match->places[i] = (struct carve_place){ .device = CARVE_NONE };
	match_by(match, BY_PLACE);
	match_by(match, BY_SIZE_AND_MODE);
	match_by(match, BY_SIZE);
	if (!find_places(match)) {
		forget_what_lies_elsewhere(match);
		if (!find_places(match))
			return;
	}
	find_what_is_in_the_way(match);
}
