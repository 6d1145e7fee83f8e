// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/device-plan.h"

#include <errno.h>
#include <inttypes.h>

#include "basic/cleanup.h"
#include "plan/devdax-plan.h"
#include "plan/draft.h"
#include "plan/ram-plan.h"
#include "plan/refusal.h"

bool device_plan_needs_holders(const struct facts_device *device,
			       const struct policy_decision *decision)
{
	return decision->use.mode == POLICY_MODE_SYSTEM_RAM &&
	       plan_current_mode(device) == POLICY_MODE_DEVDAX;
}

/* Why a decision is to keep, in the words of the file that made it so. */
static int keep(struct draft *draft)
{
	const struct policy_decision *d = draft->decision;
	const struct policy_reason *last = d->last;

	if (d->override)
		return draft_conclude(draft, PLAN_KEEP, "kept as it is");
	if (d->grant && !d->pool)
		return draft_conclude(
			draft, PLAN_KEEP,
			"lease %016" PRIx64
			" has it, but %s makes it no memory "
			"of its pool; it is kept until the lease ends",
			d->grant, d->file);
	if (d->file)
		return draft_conclude(draft, PLAN_KEEP, "%s says Mode=keep",
				      d->file);
	if (last && last->answer != POLICY_DIFFERS)
		return draft_conclude(draft, PLAN_KEEP, "%s: %s", last->file,
				      last->message);
	return draft_conclude(draft, PLAN_KEEP,
			      "kept as it is: no policy file fits");
}

static int refuse_layout(struct draft *draft)
{
	const struct policy_decision *d = draft->decision;
	const char *device = draft->plan->device;

	if (d->layout->fault == POLICY_LAYOUT_FITS)
		return draft_refuse(
			draft, PLAN_REFUSAL_LAYOUT,
			"the region of %s is not laid out as %s says: another "
			"policy decides its first device; let one policy "
			"decide all of its devices",
			device, d->file);
	return draft_refuse(draft, PLAN_REFUSAL_LAYOUT,
			    "the region of %s cannot be laid out as %s says: "
			    "%s",
			    device, d->file, d->layout->message);
}

static bool leave_as_found(const struct draft *draft, unsigned int flags)
{
	return (flags & PLAN_FIRST_SIGHT) &&
	       draft->decision->use.present == POLICY_PRESENT_KEEP &&
	       plan_count_online(draft->snapshot, draft->device) > 0;
}

static int check_refusals(struct draft *draft, unsigned int flags)
{
	_cleanup_free_ char *reason = NULL;
	enum plan_refusal refusal;

	refusal = refusal_find(draft->snapshot, draft->device, draft->decision,
			       flags, &reason);
	if (refusal == PLAN_REFUSAL_NONE)
		return 0;
	return reason ? draft_refuse(draft, refusal, "%s", reason) : -ENOMEM;
}

static int make_switch(struct draft *draft)
{
	int r = draft_add_blocks(draft, draft->device);

	if (r == -ERANGE)
		return draft_refuse(
			draft, PLAN_REFUSAL_UNKNOWN,
			"the ranges of %s are larger than any machine",
			draft->plan->device);
	if (r < 0)
		return r;
	return draft->plan->mode == POLICY_MODE_DEVDAX ? devdax_plan_make(draft)
						       : ram_plan_make(draft);
}

static int make(struct draft *draft, unsigned int flags)
{
	const char *device = draft->plan->device;
	enum policy_mode mode = draft->plan->mode;
	int r;

	if (draft->decision->layout && !draft->decision->slice &&
	    !draft->decision->override)
		return refuse_layout(draft);
	if (mode == POLICY_MODE_KEEP)
		return keep(draft);
	if (draft->device->size == 0)
		return draft_conclude(draft, PLAN_KEEP,
				      "%s has no memory (size 0)", device);
	if (leave_as_found(draft, flags))
		return draft_conclude(
			draft, PLAN_KEEP,
			"%s was system-ram already when the daemon "
			"started and %s says Present=keep; daxbroker "
			"apply overrides that",
			device, draft->decision->file);
	r = check_refusals(draft, flags);
	if (r < 0 || draft->plan->refusal != PLAN_REFUSAL_NONE)
		return r;
	/* What is cleared takes as long as it has blocks. */
	if (mode == POLICY_MODE_DEVDAX &&
	    plan_current_mode(draft->device) == POLICY_MODE_DEVDAX &&
	    draft->decision->use.clear == POLICY_CLEAR_NO)
		return devdax_plan_make(draft);
	return make_switch(draft);
}

/* The switch takes away what decided it. */
static int foretell(struct draft *draft)
{
	const struct policy_reason *later = draft->decision->later;
	_cleanup_free_ char *reason = NULL;

	if (draft->plan->outcome != PLAN_SWITCH || !later ||
	    draft->plan->mode == POLICY_MODE_SYSTEM_RAM ||
	    plan_count_online(draft->snapshot, draft->device) == 0)
		return 0;
	reason = TAKE_PTR(draft->plan->reason);
	return draft_conclude(draft, PLAN_SWITCH,
			      "%s; once no memory of node %d is online, %s "
			      "decides it no longer: %s",
			      reason, draft->device->target_node, later->file,
			      later->message);
}

/* Who else reads the plan looks for it in the files. */
static int name_override(struct draft *draft)
{
	const struct policy_override *override = draft->decision->override;
	_cleanup_free_ char *reason = NULL;

	if (!override)
		return 0;
	reason = TAKE_PTR(draft->plan->reason);
	return draft_conclude(draft, draft->plan->outcome,
			      "%s; user %u wants it so (\"daxbroker release "
			      "%s\" ends that)",
			      reason, override->uid, draft->plan->device);
}

int device_plan_make(const struct facts_snapshot *snapshot,
		     const struct facts_device *device,
		     const struct policy_decision *decision, unsigned int flags,
		     const struct plan_balance *before, struct plan **ret)
{
	_cleanup_draft_ struct draft draft = { snapshot, device, decision };
	int r;

	r = draft_begin(&draft, decision->use.mode, decision->use.zone);
	if (r < 0)
		return r;
	r = make(&draft, flags);
	draft.plan->balance = plan_balance(snapshot, device, &decision->use);
	if (r >= 0 && decision->use.mode != POLICY_MODE_KEEP)
		r = draft_respect_limits(
			&draft, decision->use.mode == POLICY_MODE_SYSTEM_RAM,
			before);
	if (r >= 0)
		r = foretell(&draft);
	if (r >= 0)
		r = name_override(&draft);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(draft.plan);
	return 0;
}
