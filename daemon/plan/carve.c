// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/plan/carve.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/names.h"
#include "daemon/plan/carve-match.h"
#include "daemon/plan/carve-steps.h"
#include "daemon/plan/draft.h"
#include "daemon/plan/refusal.h"
#include "daemon/plan/survey.h"

struct carve {
	const struct facts_snapshot *snapshot;
	const struct survey_item *items; /* beside match.devices */
	struct carve_match match;
	enum plan_outcome outcome; /* of the first device's plan */
	bool complete;		   /* every piece has its device */
};

struct draft {
	const struct carve *carve;
	const struct policy_decision *decision; /* of the first device */
	struct plan *plan;
};

void carve_free(struct carve *carve)
{
	if (!carve)
		return;
	free(carve->match.devices);
	free(carve->match.places);
	free(carve);
}

DEFINE_CLEANUP(struct carve *, carve_free)
#define _cleanup_carve_ _cleanup_(cleanup_carve_free)

static int allocate(struct carve *carve, const struct survey_item *items,
		    size_t n_items)
{
	struct carve_match *match = &carve->match;

	match->devices = calloc(n_items, sizeof(*match->devices));
	match->places =
		calloc(match->carving->n_pieces, sizeof(*match->places));
	if (!match->devices || !match->places)
		return -ENOMEM;
	match->n_devices = n_items;
	for (size_t i = 0; i < n_items; i++)
		match->devices[i] = (struct carve_device){
			.device = items[i].device,
			.ours = items[i].decision->carving &&
				items[i].decision->file ==
					items[0].decision->file,
			.piece = CARVE_NONE,
		};
	return 0;
}

static int tell_pieces(struct carve *carve, struct survey_item *items)
{
	carve->complete = carve->match.misplaced == CARVE_NONE;
	for (size_t i = 0; i < carve->match.carving->n_pieces; i++) {
		size_t device = carve->match.places[i].device;

		if (device == CARVE_NONE)
			carve->complete = false;
		else if (policy_decision_take_piece(
				 items[device].decision,
				 &carve->match.carving->pieces[i]) < 0)
			return -ENOMEM;
	}
	return 0;
}

int carve_new(const struct facts_snapshot *snapshot, struct survey_item *items,
	      size_t n_items, struct carve **ret)
{
	const struct policy_carving *carving = items[0].decision->carving;
	_cleanup_carve_ struct carve *carve = NULL;
	int r;

	*ret = NULL;
	if (!carving || carving->fault != POLICY_CARVING_FITS)
		return 0;
	carve = calloc(1, sizeof(*carve));
	if (!carve)
		return -ENOMEM;
	carve->snapshot = snapshot;
	carve->items = items;
	carve->match.region = facts_device_region(snapshot, items[0].device);
	carve->match.carving = carving;
	carve->match.block_size = snapshot->kernel.block_size;
	r = allocate(carve, items, n_items);
	if (r < 0)
		return r;
	carve_match_find(&carve->match);
	r = tell_pieces(carve, items);
	if (r == 0)
		*ret = TAKE_PTR(carve);
	return r;
}

bool carve_needs_holders(const struct carve *carve)
{
	for (size_t i = 0; i < carve->match.n_devices; i++)
		if (carve->match.devices[i].in_the_way &&
		    plan_current_mode(carve->match.devices[i].device) ==
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
			      "the region of %s cannot be carved now: %s",
			      draft->plan->device, reason);
}

/* 1: the device must not be changed, and the plan says why. */
static int check_device(struct draft *draft, size_t index)
{
	const struct facts_device *device =
		draft->carve->match.devices[index].device;
	const struct policy_decision *decision =
		draft->carve->items[index].decision;
	_cleanup_free_ char *reason = NULL;
	enum plan_refusal refusal;
	int r;

	refusal = refusal_of_release(draft->carve->snapshot, device, decision,
				     &reason);
	if (refusal == PLAN_REFUSAL_NONE)
		return 0;
	r = refuse(draft, refusal, reason);
	return r < 0 ? r : 1;
}

static int check_devices(struct draft *draft)
{
	const struct carve_match *match = &draft->carve->match;
	int r = 0;

	for (size_t i = 0; i < match->n_devices && r == 0; i++)
		if (match->devices[i].in_the_way)
			r = check_device(draft, i);
	return r;
}

/* 1: a fact is missing, or somebody else's device has the room. */
static int check_room(struct draft *draft)
{
	const struct carve_match *match = &draft->carve->match;
	_cleanup_free_ char *reason = NULL;
	enum plan_refusal refusal = PLAN_REFUSAL_CARVING;
	int r = 0;

	for (size_t i = 0; i < match->n_devices && r == 0; i++)
		if (!match->devices[i].device->ranges_known) {
			refusal = PLAN_REFUSAL_UNKNOWN;
			r = asprintf(&reason,
				     "the physical ranges of %s cannot be "
				     "read; root can read them",
				     match->devices[i].device->name);
		}
	if (r == 0 && !match->carving->start) {
		refusal = PLAN_REFUSAL_UNKNOWN;
		r = asprintf(&reason, "where it starts cannot be told");
	}
	if (r == 0 && match->misplaced != CARVE_NONE)
		r = asprintf(&reason,
			     "there is no room for %s beside the devices that "
			     "another policy than %s decides",
			     match->carving->pieces[match->misplaced].name,
			     draft->decision->file);
	if (r <= 0)
		return r < 0 ? -ENOMEM : 0;
	r = refuse(draft, refusal, reason);
	return r < 0 ? r : 1;
}

static bool is_online(const struct draft *draft)
{
	const struct facts_snapshot *snapshot = draft->carve->snapshot;

	for (size_t i = 0; i < draft->carve->match.n_devices; i++) {
		const struct carve_device *d = &draft->carve->match.devices[i];

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
	const struct policy_carving *carving = draft->carve->match.carving;
	size_t kept = 0;
	int r;

	for (size_t i = 0; i < carving->n_pieces; i++)
		kept += draft->carve->match.places[i].device != CARVE_NONE;
	r = carve_add_steps(draft->plan, draft->carve->snapshot,
			    &draft->carve->match, draft->decision);
	if (r < 0)
		return r;
	return draft_conclude(draft->plan, PLAN_SWITCH,
			      "%s says to carve the region of %s into %s; %zu "
			      "of these are there",
			      draft->decision->file, draft->plan->device,
			      carving->message, kept);
}

static int decide(struct draft *draft, unsigned int flags)
{
	int r;

	if ((flags & PLAN_FIRST_SIGHT) &&
	    draft->decision->present == POLICY_PRESENT_KEEP && is_online(draft))
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

static int plan_region(struct carve *carve, unsigned int flags,
		       struct plan **ret)
{
	const struct survey_item *first = &carve->items[0];
	/* Of the limits, those on what is plugged are for later plans. */
	struct policy_decision carving = *first->decision;
	_cleanup_plan_ struct plan *plan = NULL;
	struct draft draft = { .carve = carve, .decision = first->decision };
	int r;

	r = draft_new(carve->snapshot, first->device, POLICY_MODE_KEEP,
		      POLICY_ZONE_AUTO, &plan);
	if (r < 0)
		return r;
	draft.plan = plan;
	carving.mode = POLICY_MODE_KEEP;
	r = decide(&draft, flags);
	if (r == 0)
		r = draft_respect_limits(plan, carve->snapshot, first->device,
					 &carving, NULL);
	if (r < 0)
		return r;
	carve->outcome = plan->outcome;
	*ret = TAKE_PTR(plan);
	return 0;
}

/* It has no plan of its own, as it stands for no piece, or not yet. */
static int plan_beside(const struct carve *carve,
		       const struct survey_item *item, struct plan **ret)
{
	const char *first = carve->items[0].device->name;
	const struct carve_device *d =
		&carve->match.devices[item - carve->items];
	enum plan_outcome outcome = carve->complete ? PLAN_NOTHING : PLAN_KEEP;
	_cleanup_plan_ struct plan *plan = NULL;
	int r;

	r = draft_new(carve->snapshot, item->device, POLICY_MODE_KEEP,
		      POLICY_ZONE_AUTO, &plan);
	if (r < 0)
		return r;
	if (carve->outcome == PLAN_SWITCH && d->piece != CARVE_NONE)
		r = draft_conclude(plan, PLAN_KEEP,
				   "%s stands for %s of %s, and waits until "
				   "the plan of %s has carved the region",
				   plan->device, item->decision->piece->name,
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

int carve_plan(struct carve *carve, const struct survey_item *item,
	       unsigned int flags, const struct plan_balance *before,
	       struct plan **ret)
{
	const struct carve_device *d =
		&carve->match.devices[item - carve->items];

	if (item == carve->items && !carve->complete)
		return plan_region(carve, flags, ret);
	if (!d->ours || (d->piece != CARVE_NONE &&
			 (carve->complete || carve->outcome != PLAN_SWITCH)))
		return plan_build(carve->snapshot, item->device, item->decision,
				  flags, before, ret);
	return plan_beside(carve, item, ret);
}
