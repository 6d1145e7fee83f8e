// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/names.h"
#include "plan/draft.h"
#include "plan/refusal.h"

/* What is being planned, gathered once. */
struct draft {
	const struct facts_snapshot *snapshot;
	const struct facts_device *device;
	const struct policy_decision *decision;
	struct plan *plan;
	size_t n_online;    /* blocks online in whatever zone */
	size_t n_misplaced; /* of these, in another zone than decided */
	bool incomplete;    /* fewer blocks than its ranges have room for */
};

static bool has_driver(const struct facts_device *device, const char *name)
{
	return device->driver && strcmp(device->driver, name) == 0;
}

bool plan_is_stranded(const struct facts_device *device)
{
	return !has_driver(device, DRIVER_KMEM) && device->n_blocks > 0;
}

/* kmem has it, or left memory of it behind. */
static bool has_memory(const struct facts_device *device)
{
	return has_driver(device, DRIVER_KMEM) || device->n_blocks > 0;
}

enum policy_mode plan_current_mode(const struct facts_device *device)
{
	if (has_driver(device, DRIVER_KMEM))
		return POLICY_MODE_SYSTEM_RAM;
	if (has_driver(device, DRIVER_DEVICE_DAX))
		return POLICY_MODE_DEVDAX;
	return POLICY_MODE_KEEP;
}

bool plan_needs_holders(const struct facts_device *device,
			const struct policy_decision *decision)
{
	return decision->use.mode == POLICY_MODE_SYSTEM_RAM &&
	       has_driver(device, DRIVER_DEVICE_DAX);
}

static enum facts_zone facts_zone_of(enum policy_zone zone)
{
	return zone == POLICY_ZONE_MOVABLE ? FACTS_ZONE_MOVABLE
					   : FACTS_ZONE_KERNEL;
}

static void count_blocks(struct draft *draft)
{
	const struct facts_device *device = draft->device;
	enum policy_zone wanted = draft->decision->use.zone;

	for (size_t i = 0; i < device->n_blocks; i++) {
		const struct facts_block *block =
			&draft->snapshot->blocks[device->blocks[i]];

		if (block->state != FACTS_BLOCK_ONLINE)
			continue;
		draft->n_online++;
		if (wanted != POLICY_ZONE_AUTO &&
		    block->zone != facts_zone_of(wanted))
			draft->n_misplaced++;
	}
	draft->incomplete = device->n_blocks < device->possible_blocks;
}

/* How many of the blocks that kmem adds are left offline by the kernel: where
 * it has auto_online_blocks, that is held at the zone decided. */
static size_t predict_offline(const struct draft *draft)
{
	const char *policy = draft->snapshot->kernel.auto_online_blocks;
	bool held = draft->decision->use.zone != POLICY_ZONE_AUTO;

	if (!policy || (!held && strcmp(policy, "offline") == 0))
		return draft->plan->n_blocks;
	return 0;
}

/*
 * Steps from wherever its blocks are to all of them gone and the device
 * unbound. A kmem that has `state` takes all of them offline or none; one that
 * adopts has it.
 */
static int add_unplug(struct draft *draft)
{
	bool whole =
		draft->device->kmem_state || plan_is_stranded(draft->device);
	struct plan *plan = draft->plan;
	int r;

	if (draft->n_online > 0 && !whole) {
		r = draft_add_step(
			plan,
			(struct plan_step){ .kind = PLAN_OFFLINE,
					    .n_blocks = draft->n_online },
			"memory can be removed only while it is offline");
		if (r < 0)
			return r;
	}
	return draft_add_step(
		plan,
		(struct plan_step){ .kind = PLAN_UNBIND,
				    .driver = DRIVER_KMEM },
		whole ? DRIVER_KMEM " takes all of its memory out of "
				    "the system, or none"
		      : DRIVER_KMEM " removes its memory from the system");
}

static int add_load(struct draft *draft, const char *driver, bool loaded)
{
	if (loaded)
		return 0;
	return draft_add_step(draft->plan,
			      (struct plan_step){ .kind = PLAN_LOAD_MODULE,
						  .driver = driver },
			      "the driver %s is not there yet", driver);
}

/* Steps from devdax to a device without a driver. */
static int add_release(struct draft *draft)
{
	struct plan *plan = draft->plan;
	int r;

	r = draft_add_step(plan,
			   (struct plan_step){ .kind = PLAN_CHECK_UNUSED,
					       .timeout = policy_use_patience(
						       &draft->decision->use) },
			   "taking the driver away would kill its users");
	if (r < 0)
		return r;
	return draft_add_step(plan,
			      (struct plan_step){ .kind = PLAN_UNBIND,
						  .driver = DRIVER_DEVICE_DAX },
			      DRIVER_KMEM " can take it only then");
}

/* Its memory was online when somebody unbound it: kmem gets it back first. */
static int add_adoption(struct draft *draft)
{
	return draft_add_step(
		draft->plan,
		(struct plan_step){ .kind = PLAN_ADOPT, .driver = DRIVER_KMEM },
		DRIVER_KMEM " adopts the %zu memory blocks that an "
			    "unbind left behind; those of another device go "
			    "offline",
		draft->device->n_blocks);
}

static int add_plug(struct draft *draft)
{
	return draft_add_step(
		draft->plan,
		(struct plan_step){ .kind = PLAN_BIND,
				    .driver = DRIVER_KMEM,
				    .zone = draft->decision->use.zone },
		DRIVER_KMEM " adds its memory to node %d",
		draft->device->target_node);
}

/* Steps from bound to kmem to online in the zone decided. */
static int add_online(struct draft *draft, size_t n_misplaced, size_t n_offline)
{
	enum policy_zone zone = draft->decision->use.zone;
	struct plan *plan = draft->plan;
	int r;

	if (n_misplaced > 0) {
		r = draft_add_step(
			plan,
			(struct plan_step){ .kind = PLAN_OFFLINE,
					    .zone = zone,
					    .n_blocks = n_misplaced },
			"they are online in another zone");
		if (r < 0)
			return r;
	}
	return draft_add_step(
		plan,
		(struct plan_step){ .kind = PLAN_ONLINE,
				    .zone = zone,
				    .n_blocks = n_misplaced + n_offline },
		"the policy says Zone=%s", policy_zone_name(zone));
}

/* memmap_on_memory has another value than decided, which only a device that
 * kmem does not have can be given. */
static bool wants_memmap(const struct draft *draft)
{
	const int now = draft->device->memmap_on_memory;

	switch (draft->decision->use.memmap_on_memory) {
	case POLICY_MEMMAP_YES:
		return now == 0 &&
		       plan_can_map_itself(draft->snapshot, draft->device);
	case POLICY_MEMMAP_NO:
		return now == 1;
	default:
		return false;
	}
}

static int add_memmap(struct draft *draft)
{
	enum policy_memmap wanted = draft->decision->use.memmap_on_memory;

	if (!wants_memmap(draft))
		return 0;
	return draft_add_step(
		draft->plan,
		(struct plan_step){ .kind = PLAN_MEMMAP,
				    .memmap = wanted == POLICY_MEMMAP_YES },
		"the policy says MemmapOnMemory=%s",
		policy_memmap_name(wanted));
}

/* What of the policy has no effect, behind the plan's reason. */
static const char *tell_memmap(const struct draft *draft)
{
	if (draft->decision->use.memmap_on_memory != POLICY_MEMMAP_YES ||
	    plan_can_map_itself(draft->snapshot, draft->device))
		return "";
	if (draft->device->memmap_on_memory < 0)
		return "; MemmapOnMemory=yes has no effect: it needs Linux 6.8 "
		       "or later";
	return "; MemmapOnMemory=yes has no effect: the kernel was not booted "
	       "with memory_hotplug.memmap_on_memory=1";
}

static int plan_rezone(struct draft *draft)
{
	struct plan *plan = draft->plan;
	size_t n_offline = draft->device->n_blocks - draft->n_online;
	int r;

	if (draft->n_misplaced == 0 && n_offline == 0)
		return draft_conclude(
			plan, PLAN_NOTHING, "%s is system-ram in zone %s%s",
			plan->device, policy_zone_name(plan->zone),
			tell_memmap(draft));
	r = add_online(draft, draft->n_misplaced, n_offline);
	if (r < 0)
		return r;
	return draft_conclude(
		plan, PLAN_SWITCH,
		"%s is system-ram, but %zu of its %zu memory blocks "
		"are in another zone than %s and %zu are offline",
		plan->device, draft->n_misplaced, draft->device->n_blocks,
		policy_zone_name(plan->zone), n_offline);
}

/* Steps from unbound, or bound to kmem with a part of its memory, to all of it
 * online. */
static int add_plug_anew(struct draft *draft)
{
	int r = 0;

	if (has_memory(draft->device))
		r = add_unplug(draft);
	if (r >= 0)
		r = add_memmap(draft);
	if (r >= 0)
		r = add_plug(draft);
	return r < 0 ? r : add_online(draft, 0, predict_offline(draft));
}

static int plan_to_system_ram(struct draft *draft)
{
	const struct facts_device *device = draft->device;
	bool stranded = plan_is_stranded(device);
	struct plan *plan = draft->plan;
	int r;

	if (has_driver(device, DRIVER_KMEM) && !draft->incomplete &&
	    !wants_memmap(draft))
		return plan_rezone(draft);
	r = add_load(draft, DRIVER_KMEM, draft->snapshot->kernel.has_kmem);
	if (r >= 0 && has_driver(device, DRIVER_DEVICE_DAX))
		r = add_release(draft);
	if (r >= 0 && stranded)
		r = add_adoption(draft);
	if (r >= 0 && stranded && !draft->incomplete)
		r = add_online(draft, draft->n_misplaced,
			       device->n_blocks - draft->n_online);
	else if (r >= 0)
		r = add_plug_anew(draft);
	if (r < 0)
		return r;
	return draft_conclude(
		plan, PLAN_SWITCH, "%s is to become system-ram on node %d%s",
		plan->device, plan->target_node, tell_memmap(draft));
}

/* exclusive and dontfork, which only our device_dax has. */
static int add_access(struct draft *draft)
{
	const struct policy_use *use = &draft->decision->use;

	return draft_add_step(
		draft->plan,
		(struct plan_step){
			.kind = PLAN_ACCESS,
			.exclusive = use->exclusive == POLICY_EXCLUSIVE_YES,
			.dontfork = use->fork_inheritance == POLICY_FORK_DROP,
		},
		"the policy says Exclusive=%s ForkInheritance=%s",
		policy_exclusive_name(use->exclusive),
		policy_fork_name(use->fork_inheritance));
}

static bool wants_access(const struct policy_use *use)
{
	return use->exclusive == POLICY_EXCLUSIVE_YES ||
	       use->fork_inheritance == POLICY_FORK_DROP;
}

static bool has_access(const struct draft *draft)
{
	const struct policy_use *use = &draft->decision->use;
	const struct facts_users *users = &draft->device->users;

	return users->exclusive == (use->exclusive == POLICY_EXCLUSIVE_YES) &&
	       users->dontfork == (use->fork_inheritance == POLICY_FORK_DROP);
}

/* It has the driver already. */
static int plan_devdax_access(struct draft *draft)
{
	struct plan *plan = draft->plan;
	int r;

	if (!draft->device->users.known && wants_access(&draft->decision->use))
		return draft_conclude(
			plan, PLAN_NOTHING,
			"%s is devdax; Exclusive= and "
			"ForkInheritance= of %s have no effect: they "
			"need daxbroker's own module " DRIVER_DEVICE_DAX,
			plan->device, draft->decision->file);
	if (!draft->device->users.known || has_access(draft))
		return draft_conclude(plan, PLAN_NOTHING, "%s is devdax",
				      plan->device);
	r = add_access(draft);
	if (r < 0)
		return r;
	return draft_conclude(plan, PLAN_SWITCH,
			      "%s is devdax, and to be used in another way",
			      plan->device);
}

static int plan_to_devdax(struct draft *draft)
{
	const struct facts_device *device = draft->device;
	struct plan *plan = draft->plan;
	int r;

	if (has_driver(device, DRIVER_DEVICE_DAX))
		return plan_devdax_access(draft);
	r = add_load(draft, DRIVER_DEVICE_DAX,
		     draft->snapshot->kernel.has_device_dax);
	if (r >= 0 && plan_is_stranded(device))
		r = add_adoption(draft);
	if (r >= 0 && has_memory(device))
		r = add_unplug(draft);
	if (r >= 0)
		r = draft_add_step(
			plan,
			(struct plan_step){ .kind = PLAN_BIND,
					    .driver = DRIVER_DEVICE_DAX },
			DRIVER_DEVICE_DAX " makes it /dev/%s", plan->device);
	if (r >= 0 && wants_access(&draft->decision->use))
		r = add_access(draft);
	if (r < 0)
		return r;
	return draft_conclude(plan, PLAN_SWITCH, "%s is to become devdax",
			      plan->device);
}

/* Why a decision is to keep, in the words of the file that made it so. */
static int plan_keep(struct draft *draft)
{
	const struct policy_decision *d = draft->decision;
	const struct policy_reason *last =
		d->n_reasons ? &d->reasons[d->n_reasons - 1] : NULL;

	if (d->file)
		return draft_conclude(draft->plan, PLAN_KEEP,
				      "%s says Mode=keep", d->file);
	if (last && last->answer != POLICY_DIFFERS)
		return draft_conclude(draft->plan, PLAN_KEEP, "%s: %s",
				      last->file, last->message);
	return draft_conclude(draft->plan, PLAN_KEEP,
			      "kept as it is: no policy file fits");
}

static int refuse_layout(struct draft *draft)
{
	const struct policy_decision *d = draft->decision;
	struct plan *plan = draft->plan;

	plan->refusal = PLAN_REFUSAL_LAYOUT;
	if (d->layout->fault == POLICY_LAYOUT_FITS)
		return draft_conclude(plan, PLAN_REFUSED,
				      "the region of %s is not laid out as %s "
				      "says, since another policy decides the "
				      "first device of it",
				      plan->device, d->file);
	return draft_conclude(plan, PLAN_REFUSED,
			      "the region of %s cannot be laid out as %s says: "
			      "%s",
			      plan->device, d->file, d->layout->message);
}

static bool leave_as_found(const struct draft *draft, unsigned int flags)
{
	return (flags & PLAN_FIRST_SIGHT) &&
	       draft->decision->use.present == POLICY_PRESENT_KEEP &&
	       draft->n_online > 0;
}

static int decide_outcome(struct draft *draft, unsigned int flags)
{
	const struct facts_device *device = draft->device;
	struct plan *plan = draft->plan;
	enum plan_refusal refusal;
	char *reason = NULL;
	int r;

	if (draft->decision->layout && !draft->decision->slice)
		return refuse_layout(draft);
	if (plan->mode == POLICY_MODE_KEEP)
		return plan_keep(draft);
	if (device->size == 0)
		return draft_conclude(plan, PLAN_KEEP,
				      "%s has no memory (size 0)",
				      plan->device);
	if (leave_as_found(draft, flags))
		return draft_conclude(
			plan, PLAN_KEEP,
			"%s was system-ram already when the daemon "
			"started and %s says Present=keep; daxbroker "
			"apply overrides that",
			plan->device, draft->decision->file);
	if (plan->mode == POLICY_MODE_DEVDAX &&
	    has_driver(device, DRIVER_DEVICE_DAX))
		return plan_to_devdax(draft);
	refusal =
		refusal_find(draft->snapshot, device, draft->decision, &reason);
	if (refusal != PLAN_REFUSAL_NONE) {
		plan->outcome = PLAN_REFUSED;
		plan->refusal = refusal;
		plan->reason = reason;
		return reason ? 0 : -ENOMEM;
	}
	r = draft_add_blocks(plan, device);
	if (r == -ERANGE) {
		plan->refusal = PLAN_REFUSAL_UNKNOWN;
		return draft_conclude(
			plan, PLAN_REFUSED,
			"the ranges of %s are larger than any machine",
			plan->device);
	}
	if (r < 0)
		return r;
	return plan->mode == POLICY_MODE_DEVDAX ? plan_to_devdax(draft)
						: plan_to_system_ram(draft);
}

int plan_build(const struct facts_snapshot *snapshot,
	       const struct facts_device *device,
	       const struct policy_decision *decision, unsigned int flags,
	       const struct plan_balance *before, struct plan **ret)
{
	_cleanup_plan_ struct plan *plan = NULL;
	struct draft draft = { snapshot, device, decision };
	int r;

	r = draft_new(snapshot, device, decision->use.mode, decision->use.zone,
		      &plan);
	if (r < 0)
		return r;
	draft.plan = plan;
	count_blocks(&draft);
	r = decide_outcome(&draft, flags);
	if (r >= 0 && decision->use.mode != POLICY_MODE_KEEP)
		r = draft_respect_limits(plan, snapshot, device, decision,
					 before);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(plan);
	return 0;
}
