// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/relayout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/names.h"
#include "plan/draft.h"
#include "plan/refusal.h"
#include "plan/relayout-match.h"
#include "plan/relayout-steps.h"

struct relayout {
	const struct facts_snapshot *snapshot;
	const struct plan_item *items; /* beside match.devices */
	struct relayout_match match;
	enum plan_outcome outcome; /* of the first device's plan */
	bool complete;		   /* every slice has its device */
};

struct draft {
	const struct relayout *relayout;
	const struct policy_decision *decision; /* of the first device */
	struct plan *plan;
};

void relayout_free(struct relayout *relayout)
{
	if (!relayout)
		return;
	free(relayout->match.devices);
	free(relayout->match.places);
	free(relayout);
}

DEFINE_CLEANUP(struct relayout *, relayout_free)
#define _cleanup_relayout_ _cleanup_(cleanup_relayout_free)

static int allocate(struct relayout *relayout, const struct plan_item *items,
		    size_t n_items)
{
	struct relayout_match *match = &relayout->match;

	match->devices = calloc(n_items, sizeof(*match->devices));
	match->places = calloc(match->layout->n_slices, sizeof(*match->places));
	if (!match->devices || !match->places)
		return -ENOMEM;
	match->n_devices = n_items;
	for (size_t i = 0; i < n_items; i++)
		match->devices[i] = (struct relayout_device){
			.device = items[i].device,
			.ours = items[i].decision->layout &&
				items[i].decision->file ==
					items[0].decision->file,
			.slice = SLICE_NONE,
		};
	return 0;
}

static void tell_slices(struct relayout *relayout, struct plan_item *items)
{
	relayout->complete = relayout->match.misplaced == SLICE_NONE;
	for (size_t i = 0; i < relayout->match.layout->n_slices; i++) {
		size_t device = relayout->match.places[i].device;

		if (device == SLICE_NONE)
			relayout->complete = false;
		else
			policy_decision_take_slice(
				items[device].decision,
				&relayout->match.layout->slices[i]);
	}
}

int relayout_new(const struct facts_snapshot *snapshot, struct plan_item *items,
		 size_t n_items, struct relayout **ret)
{
	const struct policy_layout *layout = items[0].decision->layout;
	_cleanup_relayout_ struct relayout *relayout = NULL;
	int r;

	*ret = NULL;
	if (!layout || layout->fault != POLICY_LAYOUT_FITS)
		return 0;
	relayout = calloc(1, sizeof(*relayout));
	if (!relayout)
		return -ENOMEM;
	relayout->snapshot = snapshot;
	relayout->items = items;
	relayout->match.region = facts_device_region(snapshot, items[0].device);
	relayout->match.layout = layout;
	relayout->match.block_size = snapshot->kernel.block_size;
	r = allocate(relayout, items, n_items);
	if (r < 0)
		return r;
	relayout_match_find(&relayout->match);
	tell_slices(relayout, items);
	*ret = TAKE_PTR(relayout);
	return 0;
}

bool relayout_needs_holders(const struct relayout *relayout)
{
	for (size_t i = 0; i < relayout->match.n_devices; i++)
		if (relayout->match.devices[i].in_the_way &&
		    plan_current_mode(relayout->match.devices[i].device) ==
			    POLICY_MODE_DEVDAX)
			return true;
	return false;
}

static int refuse(struct draft *draft, enum plan_refusal refusal,
		  const char *reason)
{
	draft->plan->refusal = refusal;
	draft_drop_steps(draft->plan);
	if (!reason)
		return -ENOMEM;
	return draft_conclude(draft->plan, PLAN_REFUSED,
			      "the region of %s cannot be laid out now: %s",
			      draft->plan->device, reason);
}

/* 1: the device must not be changed, and the plan says why. */
static int check_device(struct draft *draft, size_t index)
{
	const struct facts_device *device =
		draft->relayout->match.devices[index].device;
	const struct policy_decision *decision =
		draft->relayout->items[index].decision;
	_cleanup_free_ char *reason = NULL;
	enum plan_refusal refusal;
	int r;

	refusal = refusal_of_release(draft->relayout->snapshot, device,
				     decision, &reason);
	if (refusal == PLAN_REFUSAL_NONE)
		return 0;
	r = refuse(draft, refusal, reason);
	return r < 0 ? r : 1;
}

static int check_devices(struct draft *draft)
{
	const struct relayout_match *match = &draft->relayout->match;
	int r = 0;

	for (size_t i = 0; i < match->n_devices && r == 0; i++)
		if (match->devices[i].in_the_way)
			r = check_device(draft, i);
	return r;
}

/* 1: a fact is missing, or somebody else's device has the room. */
static int check_room(struct draft *draft)
{
	const struct relayout_match *match = &draft->relayout->match;
	_cleanup_free_ char *reason = NULL;
	enum plan_refusal refusal = PLAN_REFUSAL_LAYOUT;
	int r = 0;

	for (size_t i = 0; i < match->n_devices && r == 0; i++)
		if (!match->devices[i].device->ranges_known) {
			refusal = PLAN_REFUSAL_UNKNOWN;
			r = asprintf(&reason,
				     "the physical ranges of %s cannot be "
				     "read; root can read them",
				     match->devices[i].device->name);
		}
	if (r == 0 && !match->layout->start) {
		refusal = PLAN_REFUSAL_UNKNOWN;
		r = asprintf(&reason, "where it starts cannot be told");
	}
	if (r == 0 && match->misplaced != SLICE_NONE)
		r = asprintf(&reason,
			     "there is no room for %s beside the devices that "
			     "another policy than %s decides",
			     match->layout->slices[match->misplaced].name,
			     draft->decision->file);
	if (r <= 0)
		return r < 0 ? -ENOMEM : 0;
	r = refuse(draft, refusal, reason);
	return r < 0 ? r : 1;
}

static bool is_online(const struct draft *draft)
{
	const struct facts_snapshot *snapshot = draft->relayout->snapshot;

	for (size_t i = 0; i < draft->relayout->match.n_devices; i++) {
		const struct relayout_device *d =
			&draft->relayout->match.devices[i];

		for (size_t j = 0; d->in_the_way && j < d->device->n_blocks;
		     j++)
			if (snapshot->blocks[d->device->blocks[j]].state ==
			    FACTS_BLOCK_ONLINE)
				return true;
	}
	return false;
}

static int add_steps(struct draft *draft)
{
	const struct policy_layout *layout = draft->relayout->match.layout;
	size_t kept = 0;
	int r;

	for (size_t i = 0; i < layout->n_slices; i++)
		kept += draft->relayout->match.places[i].device != SLICE_NONE;
	r = relayout_steps_add(draft->plan, draft->relayout->snapshot,
			       &draft->relayout->match, draft->decision);
	if (r < 0)
		return r;
	return draft_conclude(
		draft->plan, PLAN_SWITCH,
		"%s says to lay out the region of %s into %s; %zu "
		"of these are there",
		draft->decision->file, draft->plan->device, layout->message,
		kept);
}

static int decide(struct draft *draft, unsigned int flags)
{
	int r;

	if ((flags & PLAN_FIRST_SIGHT) &&
	    draft->decision->use.present == POLICY_PRESENT_KEEP &&
	    is_online(draft))
		return draft_conclude(
			draft->plan, PLAN_KEEP,
			"memory of its region was system-ram already when the "
			"daemon started and %s says Present=keep; daxbroker "
			"apply overrides that",
			draft->decision->file);
	r = check_room(draft);
	if (r == 0)
		r = check_devices(draft);
	if (r != 0)
		return r < 0 ? r : 0;
	r = add_steps(draft);
	if (r != -ERANGE)
		return r;
	return refuse(draft, PLAN_REFUSAL_UNKNOWN,
		      "its ranges are larger than any machine");
}

static int plan_region(struct relayout *relayout, unsigned int flags,
		       struct plan **ret)
{
	const struct plan_item *first = &relayout->items[0];
	/* Of the limits, those on what is plugged are for later plans. */
	struct policy_decision layout = *first->decision;
	_cleanup_plan_ struct plan *plan = NULL;
	struct draft draft = { .relayout = relayout,
			       .decision = first->decision };
	int r;

	r = draft_new(relayout->snapshot, first->device, POLICY_MODE_KEEP,
		      POLICY_ZONE_AUTO, &plan);
	if (r < 0)
		return r;
	draft.plan = plan;
	layout.use.mode = POLICY_MODE_KEEP;
	r = decide(&draft, flags);
	if (r == 0)
		r = draft_respect_limits(plan, relayout->snapshot,
					 first->device, &layout, NULL);
	if (r < 0)
		return r;
	relayout->outcome = plan->outcome;
	*ret = TAKE_PTR(plan);
	return 0;
}

/* It has no plan of its own, as it stands for no slice, or not yet. */
static int plan_beside(const struct relayout *relayout,
		       const struct plan_item *item, struct plan **ret)
{
	const char *first = relayout->items[0].device->name;
	const struct relayout_device *d =
		&relayout->match.devices[item - relayout->items];
	enum plan_outcome outcome =
		relayout->complete ? PLAN_NOTHING : PLAN_KEEP;
	_cleanup_plan_ struct plan *plan = NULL;
	int r;

	r = draft_new(relayout->snapshot, item->device, POLICY_MODE_KEEP,
		      POLICY_ZONE_AUTO, &plan);
	if (r < 0)
		return r;
	if (relayout->outcome == PLAN_SWITCH && d->slice != SLICE_NONE)
		r = draft_conclude(plan, PLAN_KEEP,
				   "%s stands for %s of %s, and waits until "
				   "the plan of %s has laid out the region",
				   plan->device, item->decision->slice->name,
				   item->decision->file, first);
	else if (d->in_the_way)
		r = draft_conclude(
			plan, PLAN_KEEP,
			"%s is no slice of %s, and lies where others "
			"are to be: see the plan of %s",
			plan->device, item->decision->file, first);
	else if (item->device->size == 0)
		r = draft_conclude(plan, outcome, "%s has no memory (size 0)",
				   plan->device);
	else
		r = draft_conclude(
			plan, outcome,
			"%s is no slice of %s, but lies in what they "
			"leave unused, and is left alone",
			plan->device, item->decision->file);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(plan);
	return 0;
}

int relayout_plan(struct relayout *relayout, const struct plan_item *item,
		  unsigned int flags, const struct plan_balance *before,
		  struct plan **ret)
{
	const struct relayout_device *d =
		&relayout->match.devices[item - relayout->items];

	if (item == relayout->items && !relayout->complete)
		return plan_region(relayout, flags, ret);
	if (!d->ours ||
	    (d->slice != SLICE_NONE &&
	     (relayout->complete || relayout->outcome != PLAN_SWITCH)))
		return plan_build(relayout->snapshot, item->device,
				  item->decision, flags, before, ret);
	return plan_beside(relayout, item, ret);
}
