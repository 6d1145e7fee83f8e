// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/relayout.h"

#include <errno.h>
#include <stdlib.h>

#include "basic/text.h"
#include "plan/device-plan.h"
#include "plan/draft.h"
#include "plan/one-way.h"
#include "plan/refusal.h"
#include "plan/relayout-match.h"
#include "plan/relayout-slice.h"
#include "plan/relayout-steps.h"

struct relayout {
	const struct facts_snapshot *snapshot;
	const struct plan_item *items; /* beside match.devices */
	struct relayout_match match;
	char *objection;	   /* why a slice would not stay one, or NULL */
	enum plan_outcome outcome; /* of the first device's plan */
	bool complete;		   /* every slice has its device */
};

void relayout_free(struct relayout *relayout)
{
	if (!relayout)
		return;
	free(relayout->match.devices);
	free(relayout->match.slices);
	free(relayout->objection);
	free(relayout);
}

DEFINE_CLEANUP(struct relayout *, relayout_free)
#define _cleanup_relayout_ _cleanup_(cleanup_relayout_free)

/* A pool goes on around a device that a person has decided. */
static bool may_change(const struct policy_decision *decision,
		       const struct policy_decision *first)
{
	return decision->layout && decision->file == first->file &&
	       !(first->layout->fixed && decision->override);
}

static int allocate(struct relayout *relayout, const struct plan_item *items,
		    size_t n_items)
{
	struct relayout_match *match = &relayout->match;

	match->devices = calloc(n_items, sizeof(*match->devices));
	match->slices =
		calloc(match->layout->n_slices + 1, sizeof(*match->slices));
	if (!match->devices || !match->slices)
		return -ENOMEM;
	match->n_devices = n_items;
	for (size_t i = 0; i < n_items; i++)
		match->devices[i] = (struct relayout_device){
			.device = items[i].device,
			.may_change = may_change(items[i].decision,
						 items[0].decision),
			.slice = RELAYOUT_NONE,
		};
	return 0;
}

/* Of a layout that is fixed they go. */
static bool has_others(const struct relayout_match *match)
{
	for (size_t i = 0; i < match->n_devices; i++)
		if (match->layout->fixed && match->devices[i].in_the_way)
			return true;
	return false;
}

static void give_slices(struct relayout *relayout, struct plan_item *items)
{
	relayout->complete = relayout->match.no_room == RELAYOUT_NONE &&
			     !has_others(&relayout->match);
	for (size_t i = 0; i < relayout->match.layout->n_slices; i++) {
		size_t device = relayout->match.slices[i].device;

		if (device == RELAYOUT_NONE)
			relayout->complete &=
				relayout->match.slices[i].left_out;
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
	give_slices(relayout, items);
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

void relayout_mark_devdax(const struct relayout *relayout, bool *marks)
{
	for (size_t i = 0; i < relayout->match.n_devices; i++) {
		const struct relayout_device *d = &relayout->match.devices[i];

		if (d->in_the_way &&
		    plan_current_mode(d->device) == POLICY_MODE_DEVDAX)
			marks[d->device - relayout->snapshot->devices] = true;
	}
}

size_t relayout_next_missing(const struct relayout *relayout, size_t from,
			     struct facts_device *ret)
{
	const size_t n = relayout->match.layout->n_slices;

	while (from < n && !relayout_slice_device(&relayout->match, from, ret))
		from++;
	return from < n ? from + 1 : 0;
}

void relayout_object(struct relayout *relayout, char *why)
{
	free(relayout->objection);
	relayout->objection = why;
}

static int refuse(struct draft *draft, enum plan_refusal refusal,
		  const char *reason)
{
	if (!reason)
		return -ENOMEM;
	return draft_refuse(draft, refusal,
			    "the region of %s cannot be laid out now: %s",
			    draft->plan->device, reason);
}

/* Unless a device must not be changed. */
static int check_devices(const struct relayout *relayout, struct draft *draft,
			 unsigned int flags)
{
	const struct relayout_match *match = &relayout->match;

	for (size_t i = 0; i < match->n_devices; i++) {
		_cleanup_free_ char *reason = NULL;
		enum plan_refusal refusal;

		if (!match->devices[i].in_the_way)
			continue;
		refusal = refusal_of_release(
			relayout->snapshot, match->devices[i].device,
			relayout->items[i].decision, flags, &reason);
		if (refusal != PLAN_REFUSAL_NONE)
			return refuse(draft, refusal, reason);
	}
	return 0;
}

/* Unless a fact is missing. */
static int check_facts(const struct relayout *relayout, struct draft *draft)
{
	const struct relayout_match *match = &relayout->match;
	_cleanup_free_ char *reason = NULL;

	for (size_t i = 0; i < match->n_devices; i++) {
		const struct facts_device *device = match->devices[i].device;

		if (device->ranges_known)
			continue;
		reason = text_format("the physical ranges of %s cannot be "
				     "read; root can read them",
				     device->name);
		return refuse(draft, PLAN_REFUSAL_UNKNOWN, reason);
	}
	if (match->layout->start)
		return 0;
	return refuse(draft, PLAN_REFUSAL_UNKNOWN,
		      "its start address is unknown");
}

/* Unless somebody else's device has the room. */
static int check_room(const struct relayout *relayout, struct draft *draft)
{
	const struct relayout_match *match = &relayout->match;
	_cleanup_free_ char *reason = NULL;

	if (match->no_room == RELAYOUT_NONE)
		return 0;
	reason = text_format("slice %s has no room beside the devices that %s "
			     "does not decide",
			     match->layout->slices[match->no_room].name,
			     draft->decision->file);
	return refuse(draft, PLAN_REFUSAL_LAYOUT, reason);
}

/* Unless a slice could not be used as decided once it is there. */
static int check_slices(const struct relayout *relayout, struct draft *draft)
{
	const struct relayout_match *match = &relayout->match;

	for (size_t i = 0; i < match->layout->n_slices; i++) {
		_cleanup_free_ char *reason = NULL;
		enum plan_refusal refusal;

		refusal = relayout_slice_refusal(relayout->snapshot, match, i,
						 draft->decision, &reason);
		if (refusal != PLAN_REFUSAL_NONE)
			return refuse(draft, refusal, reason);
	}
	return 0;
}

static bool is_online(const struct relayout *relayout)
{
	for (size_t i = 0; i < relayout->match.n_devices; i++) {
		const struct relayout_device *d = &relayout->match.devices[i];

		if (d->in_the_way &&
		    plan_count_online(relayout->snapshot, d->device) > 0)
			return true;
	}
	return false;
}

/* Other dax memory of the node stays online. */
static bool is_node_kept(const struct relayout *relayout)
{
	const struct facts_snapshot *s = relayout->snapshot;
	const struct relayout_match *match = &relayout->match;
	const struct facts_device *first = match->devices[0].device;
	size_t n = 0;

	for (size_t i = 0; i < s->n_devices; i++)
		if (s->devices[i].target_node == first->target_node)
			n += plan_count_online(s, &s->devices[i]);
	for (size_t i = 0; i < match->n_devices; i++)
		if (match->devices[i].in_the_way)
			n -= plan_count_online(s, match->devices[i].device);
	return n > 0;
}

/* Unless its own policy would not decide what it has made. */
static int check_future(const struct relayout *relayout, struct draft *draft)
{
	const struct policy_reason *later = draft->decision->later;
	_cleanup_free_ char *reason = NULL;

	if (relayout->objection)
		return refuse(draft, PLAN_REFUSAL_LAYOUT, relayout->objection);
	if (!later || !is_online(relayout) || is_node_kept(relayout))
		return 0;
	reason = text_format("for that all memory of node %d goes offline, and "
			     "then %s decides it no longer: %s",
			     draft->device->target_node, later->file,
			     later->message);
	return refuse(draft, PLAN_REFUSAL_LAYOUT, reason);
}

/* What is to be known of the first device whose memory hardly leaves. */
static const char *remark(const struct relayout *relayout)
{
	static const struct policy_use none = { POLICY_MODE_DEVDAX };
	const struct relayout_match *match = &relayout->match;
	const char *text = "";

	for (size_t i = 0; i < match->n_devices && !*text; i++)
		if (match->devices[i].in_the_way)
			text = one_way_remark(relayout->snapshot,
					      match->devices[i].device, &none);
	return text;
}

static int add_steps(const struct relayout *relayout, struct draft *draft)
{
	const struct policy_layout *layout = relayout->match.layout;
	size_t kept = 0;
	int r;

	for (size_t i = 0; i < layout->n_slices; i++)
		kept += relayout->match.slices[i].device != RELAYOUT_NONE;
	r = relayout_steps_add(draft, &relayout->match);
	if (r == -ERANGE)
		return refuse(draft, PLAN_REFUSAL_UNKNOWN,
			      "its ranges are larger than any machine");
	if (r < 0)
		return r;
	return draft_conclude(
		draft, PLAN_SWITCH,
		"%s says to lay out the region of %s into %s; %zu "
		"of these are there%s",
		draft->decision->file, draft->plan->device, layout->message,
		kept, remark(relayout));
}

/* The name of a device that a person has decided, or NULL. */
static const char *find_override(const struct relayout *relayout)
{
	for (size_t i = 0; i < relayout->match.n_devices; i++)
		if (relayout->items[i].decision->override &&
		    !relayout->match.layout->fixed)
			return relayout->items[i].device->name;
	return NULL;
}

static bool is_refused(const struct draft *draft)
{
	return draft->plan->refusal != PLAN_REFUSAL_NONE;
}

static int conclude(const struct relayout *relayout, struct draft *draft,
		    unsigned int flags)
{
	const char *overridden = find_override(relayout);
	int r;

	if (overridden)
		return draft_conclude(
			draft, PLAN_KEEP,
			"%s lays out the region, but not while %s is what a "
			"user wants; \"daxbroker release %s\" ends that",
			draft->decision->file, overridden, overridden);
	if ((flags & PLAN_FIRST_SIGHT) &&
	    draft->decision->use.present == POLICY_PRESENT_KEEP &&
	    is_online(relayout))
		return draft_conclude(
			draft, PLAN_KEEP,
			"memory of its region was system-ram already when the "
			"daemon started and %s says Present=keep; daxbroker "
			"apply overrides that",
			draft->decision->file);
	r = check_facts(relayout, draft);
	if (r == 0 && !is_refused(draft))
		r = check_room(relayout, draft);
	if (r == 0 && !is_refused(draft))
		r = check_slices(relayout, draft);
	if (r == 0 && !is_refused(draft))
		r = check_future(relayout, draft);
	if (r == 0 && !is_refused(draft))
		r = check_devices(relayout, draft, flags);
	if (r == 0 && !is_refused(draft))
		r = add_steps(relayout, draft);
	return r;
}

/* All slices together: a layout is not begun that is to stay without one. */
static int respect_limits(const struct relayout *relayout, struct draft *draft,
			  const struct plan_balance *before)
{
	const struct relayout_match *match = &relayout->match;

	draft->plan->balance =
		relayout_slices_balance(relayout->snapshot, match);
	return draft_respect_limits(draft, relayout_slices_are_ram(match),
				    before);
}

static int plan_region(struct relayout *relayout, unsigned int flags,
		       const struct plan_balance *before, struct plan **ret)
{
	const struct plan_item *first = &relayout->items[0];
	_cleanup_draft_ struct draft draft = {
		.snapshot = relayout->snapshot,
		.device = first->device,
		.decision = first->decision,
		.of_region = true,
	};
	int r;

	r = draft_begin(&draft, POLICY_MODE_KEEP, POLICY_ZONE_AUTO);
	if (r == 0)
		r = conclude(relayout, &draft, flags);
	if (r == 0)
		r = respect_limits(relayout, &draft, before);
	if (r < 0)
		return r;
	relayout->outcome = draft.plan->outcome;
	*ret = TAKE_PTR(draft.plan);
	return 0;
}

static int conclude_beside(const struct relayout *relayout, struct draft *draft,
			   const struct relayout_device *d)
{
	const char *first = relayout->items[0].device->name;
	const char *file = draft->decision->file;
	const char *device = draft->plan->device;
	enum plan_outcome outcome =
		relayout->complete ? PLAN_NOTHING : PLAN_KEEP;

	if (relayout->outcome == PLAN_SWITCH && d->slice != RELAYOUT_NONE)
		return draft_conclude(draft, PLAN_KEEP,
				      "%s becomes slice %s of %s once the plan "
				      "of %s has laid out the region",
				      device, draft->decision->slice->name,
				      file, first);
	if (d->in_the_way)
		return draft_conclude(draft, PLAN_KEEP,
				      "%s is no slice of %s, but a slice needs "
				      "its memory; see the plan of %s",
				      device, file, first);
	if (draft->device->size == 0)
		return draft_conclude(draft, outcome,
				      "%s has no memory (size 0)", device);
	return draft_conclude(draft, outcome,
			      "%s is no slice of %s, and no slice needs its "
			      "memory; it is left alone",
			      device, file);
}

/* It has no plan of its own: it is no slice, or not yet. */
static int plan_beside(const struct relayout *relayout,
		       const struct plan_item *item, struct plan **ret)
{
	_cleanup_draft_ struct draft draft = {
		relayout->snapshot,
		item->device,
		item->decision,
	};
	int r;

	r = draft_begin(&draft, POLICY_MODE_KEEP, POLICY_ZONE_AUTO);
	if (r == 0)
		r = conclude_beside(
			relayout, &draft,
			&relayout->match.devices[item - relayout->items]);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(draft.plan);
	return 0;
}

int relayout_plan(struct relayout *relayout, const struct plan_item *item,
		  unsigned int flags, const struct plan_balance *before,
		  struct plan **ret)
{
	const struct relayout_device *d =
		&relayout->match.devices[item - relayout->items];

	if (item->decision->override)
		return device_plan_make(relayout->snapshot, item->device,
					item->decision, flags, before, ret);
	if (item == relayout->items && !relayout->complete)
		return plan_region(relayout, flags, before, ret);
	/* What is a slice of a pool is in no step of its layout. */
	if (!d->may_change ||
	    (d->slice != RELAYOUT_NONE &&
	     (relayout->complete || relayout->match.layout->fixed ||
	      relayout->outcome != PLAN_SWITCH)))
		return device_plan_make(relayout->snapshot, item->device,
					item->decision, flags, before, ret);
	return plan_beside(relayout, item, ret);
}
