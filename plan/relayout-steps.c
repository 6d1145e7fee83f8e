// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/relayout-steps.h"

#include <errno.h>
#include <stdlib.h>

#include "plan/driver-steps.h"

/* What becomes of a device, or a device that is missing. */
struct change {
	size_t device; /* RELAYOUT_NONE: a new one */
	size_t slice;  /* that it becomes; RELAYOUT_NONE: it loses its memory */
	bool done;
};

struct changes {
	struct draft *draft; /* of the region */
	const struct relayout_match *match;
	struct change *changes;
	size_t n;
	bool *gone; /* devices whose memory is free by now */
};

/* Steps from whatever it is to a device without a driver. */
static int release(struct draft *draft, const struct facts_device *device)
{
	int r = 0;

	if (plan_current_mode(device) == POLICY_MODE_DEVDAX)
		return driver_steps_leave_devdax(draft, device);
	if (plan_is_stranded(device))
		r = driver_steps_adopt(draft, device);
	else if (plan_current_mode(device) != POLICY_MODE_SYSTEM_RAM)
		return 0;
	if (r >= 0)
		r = draft_add_blocks(draft, device);
	return r < 0 ? r : driver_steps_leave_kmem(draft, device);
}

static int release_all(const struct changes *list)
{
	const struct relayout_match *match = list->match;
	int r = 0;

	for (size_t i = 0; i < match->n_devices && r == 0; i++)
		if (match->devices[i].in_the_way)
			r = release(list->draft, match->devices[i].device);
	return r;
}

static bool is_taken(const struct changes *list, size_t device)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->changes[i].device == device)
			return true;
	return false;
}

static bool is_empty(const struct relayout_device *d)
{
	return d->may_change && d->device->size == 0 && !d->device->driver;
}

/* The region's first device, which the kernel never deletes, stays without
 * memory in a layout that changes again and again: so it always shows where the
 * region starts. */
static bool is_anchor(const struct changes *list, size_t device)
{
	return device == 0 && list->match->layout->fixed;
}

/* It can become a slice, or go. */
static bool is_spare(const struct changes *list, size_t device)
{
	const struct relayout_device *d = &list->match->devices[device];

	return (d->in_the_way || is_empty(d)) && !is_taken(list, device);
}

/* One that begins where the slice does: what it holds stays, as far as the
 * slice goes. */
static void reuse_where_it_is(struct changes *list, struct change *change)
{
	const struct relayout_match *match = list->match;

	for (size_t i = 0; i < match->n_devices; i++) {
		const struct facts_device *d = match->devices[i].device;

		if (!is_spare(list, i) || is_anchor(list, i) ||
		    d->n_ranges == 0 ||
		    d->ranges[0].start !=
			    match->slices[change->slice].ranges[0].start)
			continue;
		change->device = i;
		return;
	}
}

/* The first device cannot be destroyed, and one that is empty is there for it.
 * While it is empty, it also shows where the region starts: so it goes to the
 * first slice. */
static void reuse_any(struct changes *list, struct change *change)
{
	for (size_t i = 0; i < list->match->n_devices; i++) {
		if (change->device != RELAYOUT_NONE || !is_spare(list, i) ||
		    is_anchor(list, i))
			continue;
		change->device = i;
		return;
	}
}

static bool stays_empty(const struct changes *list, size_t device)
{
	return is_anchor(list, device) &&
	       list->match->devices[device].device->size == 0;
}

static int list_changes(struct changes *list)
{
	const struct relayout_match *match = list->match;
	const size_t n_slices = match->layout->n_slices;
	size_t n;

	list->changes =
		calloc(n_slices + match->n_devices, sizeof(*list->changes));
	list->gone = calloc(match->n_devices, sizeof(*list->gone));
	if (!list->changes || !list->gone)
		return -ENOMEM;
	for (size_t i = 0; i < n_slices; i++)
		if (match->slices[i].device == RELAYOUT_NONE &&
		    !match->slices[i].left_out)
			list->changes[list->n++] =
				(struct change){ .device = RELAYOUT_NONE,
						 .slice = i };
	n = list->n;
	for (size_t i = 0; i < n; i++)
		reuse_where_it_is(list, &list->changes[i]);
	for (size_t i = 0; i < n; i++)
		reuse_any(list, &list->changes[i]);
	/* It would stay, without memory. */
	if (n > 0 && is_spare(list, 0) && !is_anchor(list, 0))
		list->changes[n - 1].device = 0;
	/* One without memory may be left over from a layout that was cut
	 * off, and nobody has a use for it. */
	for (size_t i = 0; i < match->n_devices; i++)
		if (is_spare(list, i) && !stays_empty(list, i))
			list->changes[list->n++] =
				(struct change){ .device = i,
						 .slice = RELAYOUT_NONE };
	return 0;
}

/* Nothing that is still there has the slice's memory. */
static bool has_room(const struct changes *list, const struct change *change)
{
	const struct relayout_match *match = list->match;

	for (size_t i = 0; i < match->n_devices; i++)
		if (i != change->device && match->devices[i].in_the_way &&
		    !list->gone[i] &&
		    relayout_match_needs(&match->slices[change->slice],
					 match->devices[i].device))
			return false;
	return true;
}

/* What the device of @change will be made of. */
static int slice_shape(const struct changes *list, const struct change *change,
		       struct plan_shape *ret)
{
	const struct relayout_match *match = list->match;

	return plan_shape_copy(match->layout->slices[change->slice].align,
			       match->slices[change->slice].ranges,
			       match->slices[change->slice].n_ranges, ret);
}

static const char *slice_name(const struct changes *list,
			      const struct change *change)
{
	return list->match->layout->slices[change->slice].name;
}

static int add_create(struct changes *list, const struct change *change)
{
	struct plan_step step = { .kind = PLAN_CREATE };

	if (slice_shape(list, change, &step.after) < 0)
		return -ENOMEM;
	return draft_add_step(list->draft, step, "it becomes slice %s of %s",
			      slice_name(list, change),
			      list->draft->decision->file);
}

/* All of its memory is free then. */
static int add_clear(struct changes *list, struct change *change)
{
	const struct facts_device *device =
		list->match->devices[change->device].device;
	const bool stays = change->slice != RELAYOUT_NONE ||
			   is_anchor(list, change->device);
	const struct plan_step step = {
		.kind = stays ? PLAN_RESIZE : PLAN_DESTROY,
		.after.align = device->align,
	};

	list->gone[change->device] = true;
	if (change->slice != RELAYOUT_NONE)
		return draft_add_step_of(list->draft, device, step,
					 "another slice needs memory of it "
					 "first");
	if (list->match->layout->fixed)
		return draft_add_step_of(list->draft, device, step,
					 "the pool has no device of just this "
					 "memory any more");
	return draft_add_step_of(list->draft, device, step,
				 "%s is no slice of %s%s", device->name,
				 list->draft->decision->file,
				 device->size ? ", and a slice needs its memory"
					      : " and is empty");
}

static int add_resize(struct changes *list, const struct change *change)
{
	struct facts_device now = *list->match->devices[change->device].device;
	struct plan_step step = { .kind = PLAN_RESIZE };

	if (list->gone[change->device])
		now.n_ranges = 0;
	list->gone[change->device] = true; /* what it was */
	if (slice_shape(list, change, &step.after) < 0)
		return -ENOMEM;
	return draft_add_step_of(
		list->draft, &now, step, "it becomes slice %s of %s",
		slice_name(list, change), list->draft->decision->file);
}

/* The first change that can be made now: NULL when each waits for another. */
static struct change *next_change(struct changes *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct change *change = &list->changes[i];

		if (!change->done && change->slice != RELAYOUT_NONE &&
		    has_room(list, change))
			return change;
	}
	return NULL;
}

/* Those that wait for each other: one of them gives its memory up first. */
static struct change *first_to_yield(struct changes *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct change *change = &list->changes[i];

		if (!change->done && change->slice != RELAYOUT_NONE &&
		    change->device != RELAYOUT_NONE &&
		    !list->gone[change->device])
			return change;
	}
	return NULL;
}

static bool loses_memory(const struct changes *list,
			 const struct change *change)
{
	return change->slice == RELAYOUT_NONE &&
	       list->match->devices[change->device].device->size > 0;
}

/* After a crash here the region's start would be known: by the device that lies
 * there, or by an empty one that becomes a slice. */
static bool is_start_known(const struct changes *list)
{
	const struct relayout_match *match = list->match;
	const uint64_t start = match->layout->start;

	for (size_t i = 0; i < match->n_devices; i++)
		if (!list->gone[i] &&
		    relayout_match_overlaps(
			    match->devices[i].device,
			    (struct phys_range){ start, start }))
			return true;
	for (size_t i = 0; i < list->n; i++) {
		const struct change *change = &list->changes[i];

		if (change->slice == RELAYOUT_NONE)
			continue;
		if (change->done
			    ? match->slices[change->slice].ranges[0].start ==
				      start
			    : change->device != RELAYOUT_NONE &&
				      list->gone[change->device])
			return true;
	}
	return false;
}

/* Those that lose their memory, or else those that have none. */
static int clear(struct changes *list, bool memory)
{
	int r = 0;

	for (size_t i = 0; i < list->n && r == 0; i++) {
		struct change *change = &list->changes[i];

		if (change->done || change->slice != RELAYOUT_NONE ||
		    loses_memory(list, change) != memory)
			continue;
		change->done = true;
		r = add_clear(list, change);
	}
	return r;
}

/* Adds steps for one change, or for what it waits for. 0: no change is left. */
static int make_change(struct changes *list)
{
	struct change *change = next_change(list);
	int r;

	if (change) {
		change->done = true;
		r = change->device == RELAYOUT_NONE ? add_create(list, change)
						    : add_resize(list, change);
		return r < 0 ? r : 1;
	}
	change = first_to_yield(list);
	if (!change)
		return 0;
	r = add_clear(list, change);
	return r < 0 ? r : 1;
}

static int make_changes(struct changes *list)
{
	int r = clear(list, true);

	while (r >= 0) {
		if (is_start_known(list))
			r = clear(list, false);
		if (r >= 0)
			r = make_change(list);
		if (r == 0)
			return clear(list, false);
	}
	return r;
}

int relayout_steps_add(struct draft *draft, const struct relayout_match *match)
{
	struct changes list = { draft, match };
	int r;

	r = release_all(&list);
	if (r == 0)
		r = list_changes(&list);
	if (r == 0)
		r = make_changes(&list);
	free(list.changes);
	free(list.gone);
	return r;
}
