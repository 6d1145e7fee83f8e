// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/devdax-plan.h"

#include "basic/names.h"
#include "plan/access.h"
#include "plan/driver-steps.h"
#include "plan/one-way.h"

static int add_access(struct draft *draft)
{
	const struct policy_use *use = &draft->decision->use;

	return draft_add_step(draft,
			      (struct plan_step){
				      .kind = PLAN_ACCESS,
				      .exclusive = access_is_exclusive(use),
				      .dontfork = access_drops_fork(use),
				      .demanded = access_demand(use) != NULL,
			      },
			      "the policy says Exclusive=%s ForkInheritance=%s",
			      policy_exclusive_name(use->exclusive),
			      policy_fork_name(use->fork_inheritance));
}

static const char *remark(const struct draft *draft)
{
	return access_remark(draft->snapshot, draft->device,
			     &draft->decision->use);
}

/* It has the driver already. */
static int make_access(struct draft *draft)
{
	const char *device = draft->plan->device;
	int r;

	if (!draft->device->users.known ||
	    access_holds(draft->device, &draft->decision->use))
		return draft_conclude(draft, PLAN_NOTHING, "%s is devdax%s",
				      device, remark(draft));
	r = add_access(draft);
	if (r < 0)
		return r;
	return draft_conclude(
		draft, PLAN_SWITCH,
		"%s is devdax, but Exclusive= or ForkInheritance= differs",
		device);
}

static bool needs_access(const struct draft *draft)
{
	const struct policy_use *use = &draft->decision->use;

	return access_is_wanted(use) &&
	       !access_is_impossible(draft->snapshot, draft->device, use);
}

static int add_switch(struct draft *draft)
{
	const struct facts_device *device = draft->device;
	int r;

	r = driver_steps_load(draft, DRIVER_DEVICE_DAX);
	if (r >= 0 && plan_is_stranded(device))
		r = driver_steps_adopt(draft, device);
	if (r >= 0 && (plan_current_mode(device) == POLICY_MODE_SYSTEM_RAM ||
		       plan_is_stranded(device)))
		r = driver_steps_leave_kmem(draft, device);
	if (r >= 0)
		r = draft_add_step(
			draft,
			(struct plan_step){ .kind = PLAN_BIND,
					    .zone = POLICY_ZONE_AUTO,
					    .driver = DRIVER_DEVICE_DAX },
			DRIVER_DEVICE_DAX " makes it /dev/%s", device->name);
	if (r >= 0 && needs_access(draft))
		r = add_access(draft);
	return r;
}

int devdax_plan_make(struct draft *draft)
{
	int r;

	if (plan_current_mode(draft->device) == POLICY_MODE_DEVDAX)
		return make_access(draft);
	r = add_switch(draft);
	if (r < 0)
		return r;
	return draft_conclude(draft, PLAN_SWITCH, "%s becomes devdax%s%s",
			      draft->plan->device, remark(draft),
			      one_way_remark(draft->snapshot, draft->device,
					     &draft->decision->use));
}
