// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/devdax-plan.h"

#include "basic/names.h"
#include "plan/driver-steps.h"
#include "plan/one-way.h"

/* exclusive and dontfork, which only daxbroker's device_dax has. */
static int add_access(struct draft *draft)
{
	const struct policy_decision *d = draft->decision;

	return draft_add_step(
		draft,
		(struct plan_step){
			.kind = PLAN_ACCESS,
			.exclusive = d->use.exclusive == POLICY_EXCLUSIVE_YES,
			.dontfork = d->use.fork_inheritance == POLICY_FORK_DROP,
		},
		"the policy says Exclusive=%s ForkInheritance=%s",
		policy_exclusive_name(d->use.exclusive),
		policy_fork_name(d->use.fork_inheritance));
}

static bool wants_access(const struct policy_decision *decision)
{
	return decision->use.exclusive == POLICY_EXCLUSIVE_YES ||
	       decision->use.fork_inheritance == POLICY_FORK_DROP;
}

static bool has_access(const struct draft *draft)
{
	const struct policy_decision *d = draft->decision;
	const struct facts_users *users = &draft->device->users;

	return users->exclusive == (d->use.exclusive == POLICY_EXCLUSIVE_YES) &&
	       users->dontfork == (d->use.fork_inheritance == POLICY_FORK_DROP);
}

/* It has the driver already. */
static int make_access(struct draft *draft)
{
	const char *device = draft->plan->device;
	int r;

	if (!draft->device->users.known && wants_access(draft->decision))
		return draft_conclude(
			draft, PLAN_NOTHING,
			"%s is devdax; Exclusive= and ForkInheritance= of %s "
			"have no effect: they need daxbroker's own "
			"module " DRIVER_DEVICE_DAX,
			device, draft->decision->file);
	if (!draft->device->users.known || has_access(draft))
		return draft_conclude(draft, PLAN_NOTHING, "%s is devdax",
				      device);
	r = add_access(draft);
	if (r < 0)
		return r;
	return draft_conclude(
		draft, PLAN_SWITCH,
		"%s is devdax, but Exclusive= or ForkInheritance= differs",
		device);
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
					    .driver = DRIVER_DEVICE_DAX },
			DRIVER_DEVICE_DAX " makes it /dev/%s", device->name);
	if (r >= 0 && wants_access(draft->decision))
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
	return draft_conclude(draft, PLAN_SWITCH, "%s becomes devdax%s",
			      draft->plan->device,
			      one_way_remark(draft->snapshot, draft->device,
					     &draft->decision->use));
}
