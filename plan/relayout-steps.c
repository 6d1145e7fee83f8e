// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/relayout-steps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/names.h"
#include "plan/draft.h"

/* What becomes of a device, or what is to be one. */
struct change {
	size_t device; /* SLICE_NONE: a new one */
	size_t slice;  /* that it becomes; SLICE_NONE: it loses its memory */
	bool done;
};

struct draft {
	const struct facts_snapshot *snapshot;
	const struct relayout_match *match;
	const struct policy_decision *decision;
	struct plan *plan;
	struct change *changes;
	size_t n_changes;
	bool *gone; /* devices whose memory is free by now */
};

static bool is_bound(const struct facts_device *device, const char *driver)
{
	return device->driver && strcmp(device->driver, driver) == 0;
}

static int copy_shape(uint64_t align, const struct phys_range *ranges, size_t n,
		      struct plan_shape *ret)
{
	*ret = (struct plan_shape){ .align = align };
	if (n == 0)
		return 0;
	ret->ranges = calloc(n, sizeof(*ranges));
	if (!ret->ranges)
		return -ENOMEM;
	memcpy(ret->ranges, ranges, n * sizeof(*ranges));
	ret->n_ranges = n;
	return 0;
}

/* A step of this kind about @device as it is now. */
static int begin_step(enum plan_step_kind kind,
		      const struct facts_device *device, struct plan_step *ret)
{
	struct plan_step step = { .kind = kind };

	step.device = strdup(device->name);
	if (!step.device)
		return -ENOMEM;
	if (copy_shape(device->align, device->ranges, device->n_ranges,
		       &step.before) < 0) {
		free(step.device);
		return -ENOMEM;
	}
	*ret = step;
	return 0;
}

static int add_release_step(struct draft *draft,
			    const struct facts_device *device,
			    struct plan_step what, const char *reason)
{
	struct plan_step step;

	if (begin_step(what.kind, device, &step) < 0)
		return -ENOMEM;
	step.driver = what.driver;
	step.timeout = what.timeout;
	step.n_blocks = what.n_blocks;
	return draft_add_step(draft->plan, step, "%s", reason);
}

static int release_devdax(struct draft *draft,
			  const struct facts_device *device)
{
	int r;

	r = add_release_step(
		draft, device,
		(struct plan_step){
			.kind = PLAN_CHECK_UNUSED,
			.timeout = policy_use_patience(&draft->decision->use),
		},
		"taking the driver away would kill its users");
	if (r < 0)
		return r;
	return add_release_step(
		draft, device,
		(struct plan_step){ .kind = PLAN_UNBIND,
				    .driver = DRIVER_DEVICE_DAX },
		"only a device without a driver can be "
		"changed");
}

static int release_ram(struct draft *draft, const struct facts_device *device)
{
	const struct facts_snapshot *snapshot = draft->snapshot;
	uint64_t n_online = 0;
	int r = 0;

	for (size_t i = 0; i < device->n_blocks; i++)
		n_online += snapshot->blocks[device->blocks[i]].state ==
			    FACTS_BLOCK_ONLINE;
	if (plan_is_stranded(device))
		r = add_release_step(
			draft, device,
			(struct plan_step){ .kind = PLAN_ADOPT,
					    .driver = DRIVER_KMEM },
			"an unbind left memory of it behind, which "
			"is removed only so");
	if (r >= 0)
		r = draft_add_blocks(draft->plan, device);
	if (r < 0)
		return r;
	/* See add_unplug() in plan.c. */
	if (n_online > 0 && !device->kmem_state && !plan_is_stranded(device))
		r = add_release_step(draft, device,
				     (struct plan_step){ .kind = PLAN_OFFLINE,
							 .n_blocks = n_online },
				     "memory can be removed only while it is "
				     "offline");
	if (r < 0)
		return r;
	return add_release_step(draft, device,
				(struct plan_step){ .kind = PLAN_UNBIND,
						    .driver = DRIVER_KMEM },
				DRIVER_KMEM " removes its memory from the "
					    "system");
}

/* Steps from whatever it is to a device without a driver. */
static int release(struct draft *draft, const struct facts_device *device)
{
	if (is_bound(device, DRIVER_DEVICE_DAX))
		return release_devdax(draft, device);
	if (is_bound(device, DRIVER_KMEM) || plan_is_stranded(device))
		return release_ram(draft, device);
	return 0;
}

static int release_all(struct draft *draft)
{
	const struct relayout_match *match = draft->match;
	int r = 0;

	for (size_t i = 0; i < match->n_devices && r == 0; i++)
		if (match->devices[i].in_the_way)
			r = release(draft, match->devices[i].device);
	return r;
}

static bool is_taken(const struct draft *draft, size_t device)
{
	for (size_t i = 0; i < draft->n_changes; i++)
		if (draft->changes[i].device == device)
			return true;
	return false;
}

static bool is_empty(const struct relayout_device *d)
{
	return d->ours && d->device->size == 0 && !d->device->driver;
}

/* Its memory, or that there is none, is at our disposal. */
static bool is_spare(const struct draft *draft, size_t device)
{
	const struct relayout_device *d = &draft->match->devices[device];

	return (d->in_the_way || is_empty(d)) && !is_taken(draft, device);
}

/* One that begins where the slice does: what it holds stays, as far as the
 * slice goes. */
static void reuse_where_it_is(struct draft *draft, struct change *change)
{
	const struct relayout_match *match = draft->match;

	for (size_t i = 0; i < match->n_devices; i++) {
		const struct facts_device *d = match->devices[i].device;

		if (!is_spare(draft, i) || d->n_ranges == 0 ||
		    d->ranges[0].start !=
			    match->places[change->slice].range.start)
			continue;
		change->device = i;
		return;
	}
}

/* The first device cannot be destroyed, and one that is empty is there for it.
 * While it is empty, it also tells where the region starts: so it goes to the
 * first slice. */
static void reuse_any(struct draft *draft, struct change *change)
{
	for (size_t i = 0; i < draft->match->n_devices; i++) {
		if (change->device != SLICE_NONE || !is_spare(draft, i))
			continue;
		change->device = i;
		return;
	}
}

static int list_changes(struct draft *draft)
{
	const struct relayout_match *match = draft->match;
	const size_t n_slices = match->layout->n_slices;
	size_t n;

	draft->changes =
		calloc(n_slices + match->n_devices, sizeof(*draft->changes));
	draft->gone = calloc(match->n_devices, sizeof(*draft->gone));
	if (!draft->changes || !draft->gone)
		return -ENOMEM;
	for (size_t i = 0; i < n_slices; i++)
		if (match->places[i].device == SLICE_NONE)
			draft->changes[draft->n_changes++] =
				(struct change){ .device = SLICE_NONE,
						 .slice = i };
	n = draft->n_changes;
	for (size_t i = 0; i < n; i++)
		reuse_where_it_is(draft, &draft->changes[i]);
	for (size_t i = 0; i < n; i++)
		reuse_any(draft, &draft->changes[i]);
	/* It would stay, without memory. */
	if (n > 0 && is_spare(draft, 0))
		draft->changes[n - 1].device = 0;
	/* One without memory may be left over from a layout that was cut
	 * off, and nobody has a use for it. */
	for (size_t i = 0; i < match->n_devices; i++)
		if (is_spare(draft, i))
			draft->changes[draft->n_changes++] =
				(struct change){ .device = i,
						 .slice = SLICE_NONE };
	return 0;
}

/* Nothing that is still there has the slice's place. */
static bool has_room(const struct draft *draft, const struct change *change)
{
	const struct relayout_match *match = draft->match;

	for (size_t i = 0; i < match->n_devices; i++)
		if (i != change->device && match->devices[i].in_the_way &&
		    !draft->gone[i] &&
		    relayout_match_overlaps(match->devices[i].device,
					    match->places[change->slice].range))
			return false;
	return true;
}

static int add_create(struct draft *draft, const struct change *change)
{
	const struct relayout_match *match = draft->match;
	const struct policy_slice *slice =
		&match->layout->slices[change->slice];
	struct plan_step step = { .kind = PLAN_CREATE };

	if (copy_shape(slice->align, &match->places[change->slice].range, 1,
		       &step.after) < 0)
		return -ENOMEM;
	return draft_add_step(draft->plan, step, "it becomes %s of %s",
			      slice->name, draft->decision->file);
}

/* All of its memory is free then. */
static int add_clear(struct draft *draft, struct change *change)
{
	const struct facts_device *device =
		draft->match->devices[change->device].device;
	struct plan_step step;

	if (begin_step(change->slice == SLICE_NONE ? PLAN_DESTROY : PLAN_RESIZE,
		       device, &step) < 0)
		return -ENOMEM;
	step.after.align = device->align;
	draft->gone[change->device] = true;
	return draft_add_step(draft->plan, step, "%s is no slice of %s%s",
			      device->name, draft->decision->file,
			      device->size ? ", and lies where others are to be"
					   : ", and empty");
}

static int add_resize(struct draft *draft, const struct change *change)
{
	const struct relayout_match *match = draft->match;
	const struct policy_slice *slice =
		&match->layout->slices[change->slice];
	struct facts_device now = *match->devices[change->device].device;
	struct plan_step step;

	if (draft->gone[change->device])
		now.n_ranges = 0;
	if (begin_step(PLAN_RESIZE, &now, &step) < 0)
		return -ENOMEM;
	draft->gone[change->device] = true; /* what it was */
	if (copy_shape(slice->align, &match->places[change->slice].range, 1,
		       &step.after) < 0) {
		free(step.device);
		free(step.before.ranges);
		return -ENOMEM;
	}
	return draft_add_step(draft->plan, step, "it becomes %s of %s",
			      slice->name, draft->decision->file);
}

/* The first change that can be made now: NULL when each waits for another. */
static struct change *next_change(struct draft *draft)
{
	for (size_t i = 0; i < draft->n_changes; i++) {
		struct change *change = &draft->changes[i];

		if (!change->done && change->slice != SLICE_NONE &&
		    has_room(draft, change))
			return change;
	}
	return NULL;
}

/* Those that wait for each other: one of them gives its memory up first. */
static struct change *first_to_yield(struct draft *draft)
{
	for (size_t i = 0; i < draft->n_changes; i++) {
		struct change *change = &draft->changes[i];

		if (!change->done && change->slice != SLICE_NONE &&
		    change->device != SLICE_NONE &&
		    !draft->gone[change->device])
			return change;
	}
	return NULL;
}

static bool loses_memory(const struct draft *draft, const struct change *change)
{
	return change->slice == SLICE_NONE &&
	       draft->match->devices[change->device].device->size > 0;
}

/* Whoever looks now, say after a crash, can tell where the region starts: by
 * what lies there, or by a device that is empty, but those that nobody has a
 * use for. */
static bool is_start_told(const struct draft *draft)
{
	const struct relayout_match *match = draft->match;
	const uint64_t start = match->layout->start;

	for (size_t i = 0; i < match->n_devices; i++)
		if (!draft->gone[i] &&
		    relayout_match_overlaps(
			    match->devices[i].device,
			    (struct phys_range){ start, start }))
			return true;
	for (size_t i = 0; i < draft->n_changes; i++) {
		const struct change *change = &draft->changes[i];

		if (change->slice == SLICE_NONE)
			continue;
		if (change->done
			    ? match->places[change->slice].range.start == start
			    : change->device != SLICE_NONE &&
				      draft->gone[change->device])
			return true;
	}
	return false;
}

/* Those that lose their memory, or else those that have none. */
static int clear(struct draft *draft, bool memory)
{
	int r = 0;

	for (size_t i = 0; i < draft->n_changes && r == 0; i++) {
		struct change *change = &draft->changes[i];

		if (change->done || change->slice != SLICE_NONE ||
		    loses_memory(draft, change) != memory)
			continue;
		change->done = true;
		r = add_clear(draft, change);
	}
	return r;
}

/* Adds steps for one change, or for what it waits for. 0: no change is left. */
static int make_change(struct draft *draft)
{
	struct change *change = next_change(draft);
	int r;

	if (change) {
		change->done = true;
		r = change->device == SLICE_NONE ? add_create(draft, change)
						 : add_resize(draft, change);
		return r < 0 ? r : 1;
	}
	change = first_to_yield(draft);
	if (!change)
		return 0;
	r = add_clear(draft, change);
	return r < 0 ? r : 1;
}

static int make_changes(struct draft *draft)
{
	int r = clear(draft, true);

	while (r >= 0) {
		if (is_start_told(draft))
			r = clear(draft, false);
		if (r >= 0)
			r = make_change(draft);
		if (r == 0)
			return clear(draft, false);
	}
	return r;
}

int relayout_steps_add(struct plan *plan, const struct facts_snapshot *snapshot,
		       const struct relayout_match *match,
		       const struct policy_decision *decision)
{
	struct draft draft = { snapshot, match, decision, plan };
	int r;

	r = release_all(&draft);
	if (r == 0)
		r = list_changes(&draft);
	if (r == 0)
		r = make_changes(&draft);
	free(draft.changes);
	free(draft.gone);
	return r;
}
