// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/devdax-plan.h"

#include <string.h>

#include "basic/names.h"
#include "plan/access.h"
#include "plan/driver-steps.h"
#include "plan/one-way.h"

/* A step that stays has kept everybody out since, and nobody asks for that any
 * more. */
static bool is_shut(const struct draft *draft)
{
	const struct facts_users *users = &draft->device->users;

	return draft->decision->pool &&
	       draft->decision->use.clear == POLICY_CLEAR_NO && users->known &&
	       users->drain && strcmp(users->drain, "off") != 0;
}

static int add_access(struct draft *draft)
{
	const struct policy_use *use = &draft->decision->use;

	return draft_add_step(draft,
			      (struct plan_step){
				      .kind = PLAN_ACCESS,
				      .exclusive = access_is_exclusive(use),
				      .dontfork = access_drops_fork(use),
				      .demanded = access_demand(use) != NULL,
				      .admits = is_shut(draft),
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
	    (access_holds(draft->device, &draft->decision->use) &&
	     !is_shut(draft)))
		return draft_conclude(draft, PLAN_NOTHING, "%s is devdax%s",
				      device, remark(draft));
	r = add_access(draft);
	if (r < 0)
		return r;
	return draft_conclude(draft, PLAN_SWITCH,
			      is_shut(draft)
				      ? "%s is devdax, but nobody can open it"
				      : "%s is devdax, but Exclusive= or "
					"ForkInheritance= differs",
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

/* What was mapped of it is not any more. */
static int add_take(struct draft *draft)
{
	int r;

	r = draft_add_step(draft,
			   (struct plan_step){ .kind = PLAN_UNBIND,
					       .driver = DRIVER_DEVICE_DAX },
			   "that takes it from who uses it");
	if (r < 0)
		return r;
	return draft_add_step(draft,
			      (struct plan_step){ .kind = PLAN_BIND,
						  .zone = POLICY_ZONE_AUTO,
						  .driver = DRIVER_DEVICE_DAX },
			      "the lease's device is /dev/%s again",
			      draft->plan->device);
}

/* What the memory of a lease is to go through. */
static int add_clear(struct draft *draft)
{
	const enum policy_clear clear = draft->decision->use.clear;
	int r;

	if (clear == POLICY_CLEAR_NO)
		return 0;
	r = draft_add_step(
		draft,
		(struct plan_step){ .kind = PLAN_CHECK_UNUSED, .stays = true },
		"a lease's memory is used by nobody else");
	return r < 0 || clear == POLICY_CLEAR_VACATE
		       ? r
		       : driver_steps_clear(draft);
}

/* It has the driver already. */
static int make_clear(struct draft *draft)
{
	static const char *const texts[] = {
		[POLICY_CLEAR_NO] = "",
		[POLICY_CLEAR_VACATE] = "is to lose its last user",
		[POLICY_CLEAR_ZERO] = "is to be zero",
		[POLICY_CLEAR_TAKE] = "is taken from its users, to be zero",
	};
	const struct policy_use *use = &draft->decision->use;
	const bool takes = use->clear == POLICY_CLEAR_TAKE;
	int r = 0;

	if (takes)
		r = add_take(draft);
	if (r >= 0 && needs_access(draft) &&
	    (takes || !access_holds(draft->device, use)))
		r = add_access(draft);
	if (r >= 0)
		r = add_clear(draft);
	if (r < 0)
		return r;
	return draft_conclude(
		draft, PLAN_SWITCH, "%s is devdax for a lease, and %s%s",
		draft->plan->device, texts[use->clear], remark(draft));
}

int devdax_plan_make(struct draft *draft)
{
	int r;

	if (plan_current_mode(draft->device) == POLICY_MODE_DEVDAX)
		return draft->decision->use.clear == POLICY_CLEAR_NO
			       ? make_access(draft)
			       : make_clear(draft);
	r = add_switch(draft);
	if (r >= 0)
		r = add_clear(draft);
	if (r < 0)
		return r;
	return draft_conclude(draft, PLAN_SWITCH, "%s becomes devdax%s%s",
			      draft->plan->device, remark(draft),
			      one_way_remark(draft->snapshot, draft->device,
					     &draft->decision->use));
}
