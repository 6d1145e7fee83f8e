// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/ram-plan.h"

#include <string.h>

#include "basic/names.h"
#include "plan/block-loss.h"
#include "plan/driver-steps.h"
#include "plan/memmap.h"
#include "plan/one-way.h"
#include "plan/zone.h"

/* The device's memory blocks. */
struct blocks {
	size_t n_offline;
	size_t n_misplaced; /* online in another zone than decided */
	bool incomplete;    /* fewer than its ranges have room for */
};

static bool is_misplaced(const struct facts_block *block, enum policy_zone zone)
{
	return zone != POLICY_ZONE_AUTO &&
	       block->zone != (zone == POLICY_ZONE_MOVABLE ? FACTS_ZONE_MOVABLE
							   : FACTS_ZONE_KERNEL);
}

static struct blocks count_blocks(const struct draft *draft)
{
	const struct facts_device *device = draft->device;
	struct blocks count = {
		.incomplete = device->n_blocks < device->possible_blocks,
	};

	for (size_t i = 0; i < device->n_blocks; i++) {
		const struct facts_block *block =
			&draft->snapshot->blocks[device->blocks[i]];

		if (block->state != FACTS_BLOCK_ONLINE)
			count.n_offline++;
		else if (is_misplaced(block, draft->plan->zone))
			count.n_misplaced++;
	}
	return count;
}

/* How many of the blocks that kmem adds are left offline by the kernel: where
 * it has auto_online_blocks, that is held at the zone decided. */
static size_t predict_offline(const struct draft *draft)
{
	const char *policy = draft->snapshot->kernel.auto_online_blocks;
	bool held = draft->plan->zone != POLICY_ZONE_AUTO;

	if (!policy || (!held && strcmp(policy, "offline") == 0))
		return draft->plan->n_blocks;
	return 0;
}

static int add_plug(struct draft *draft)
{
	return draft_add_step(draft,
			      (struct plan_step){ .kind = PLAN_BIND,
						  .driver = DRIVER_KMEM,
						  .zone = draft->plan->zone },
			      DRIVER_KMEM " adds its memory to node %d",
			      draft->device->target_node);
}

/* Steps from bound to kmem to online in the zone decided. */
static int add_online(struct draft *draft, size_t n_misplaced, size_t n_offline)
{
	enum policy_zone zone = draft->plan->zone;
	int r = 0;

	if (n_misplaced > 0)
		r = draft_add_step(
			draft,
			(struct plan_step){ .kind = PLAN_OFFLINE,
					    .zone = zone,
					    .n_blocks = n_misplaced },
			"they are online in another zone");
	if (r < 0)
		return r;
	return draft_add_step(
		draft,
		(struct plan_step){ .kind = PLAN_ONLINE,
				    .zone = zone,
				    .n_blocks = n_misplaced + n_offline },
		"the policy says Zone=%s", policy_zone_name(zone));
}

static int add_memmap(struct draft *draft)
{
	enum policy_memmap wanted = draft->decision->use.memmap_on_memory;

	if (!memmap_is_to_move(draft->snapshot, draft->device, wanted))
		return 0;
	return draft_add_step(
		draft,
		(struct plan_step){ .kind = PLAN_MEMMAP,
				    .memmap = wanted == POLICY_MEMMAP_YES },
		"the policy says MemmapOnMemory=%s",
		policy_memmap_name(wanted));
}

static const char *remark(const struct draft *draft)
{
	return memmap_remark(draft->snapshot, draft->device,
			     draft->decision->use.memmap_on_memory);
}

static const char *warning(const struct draft *draft)
{
	return one_way_remark(draft->snapshot, draft->device,
			      &draft->decision->use);
}

static const char *zone(const struct draft *draft)
{
	return zone_remark(draft->snapshot, draft->device,
			   &draft->decision->use);
}

static const char *loss(const struct draft *draft,
			char buf[BLOCK_LOSS_REMARK_MAX])
{
	return block_loss_remark(draft->snapshot, draft->device, buf);
}

/* All of its memory is plugged already. */
static int make_rezone(struct draft *draft, const struct blocks *blocks)
{
	const struct plan *plan = draft->plan;
	char buf[BLOCK_LOSS_REMARK_MAX];
	int r;

	if (blocks->n_misplaced == 0 && blocks->n_offline == 0)
		return draft_conclude(draft, PLAN_NOTHING,
				      "%s is system-ram in zone %s%s%s",
				      plan->device,
				      zone_word(draft->snapshot, draft->device,
						&draft->decision->use),
				      loss(draft, buf), remark(draft));
	r = add_online(draft, blocks->n_misplaced, blocks->n_offline);
	if (r < 0)
		return r;
	return draft_conclude(
		draft, PLAN_SWITCH,
		"%s is system-ram, but %zu of its %zu memory blocks "
		"are in another zone than %s and %zu are offline%s%s",
		plan->device, blocks->n_misplaced, draft->device->n_blocks,
		policy_zone_name(plan->zone), blocks->n_offline, zone(draft),
		warning(draft));
}

/* Steps from unbound, or bound to kmem with a part of its memory, to all of it
 * online. */
static int add_plug_anew(struct draft *draft)
{
	const struct facts_device *device = draft->device;
	int r = 0;

	if (plan_current_mode(device) == POLICY_MODE_SYSTEM_RAM ||
	    plan_is_stranded(device))
		r = driver_steps_leave_kmem(draft, device);
	if (r >= 0)
		r = add_memmap(draft);
	if (r >= 0)
		r = add_plug(draft);
	return r < 0 ? r : add_online(draft, 0, predict_offline(draft));
}

static int add_switch(struct draft *draft, const struct blocks *blocks)
{
	const struct facts_device *device = draft->device;
	const bool devdax = plan_current_mode(device) == POLICY_MODE_DEVDAX;
	int r = 0;

	if (devdax)
		r = driver_steps_check_empty(draft, device);
	if (r >= 0)
		r = driver_steps_load(draft, DRIVER_KMEM);
	if (r >= 0 && devdax)
		r = driver_steps_leave_devdax(draft, device);
	if (r >= 0 && plan_is_stranded(device))
		r = driver_steps_adopt(draft, device);
	if (r < 0)
		return r;
	if (plan_is_stranded(device) && !blocks->incomplete)
		return add_online(draft, blocks->n_misplaced,
				  blocks->n_offline);
	return add_plug_anew(draft);
}

int ram_plan_make(struct draft *draft)
{
	const struct facts_device *device = draft->device;
	const struct blocks blocks = count_blocks(draft);
	char buf[BLOCK_LOSS_REMARK_MAX];
	int r;

	if (plan_current_mode(device) == POLICY_MODE_SYSTEM_RAM &&
	    !blocks.incomplete &&
	    !memmap_is_to_move(draft->snapshot, device,
			       draft->decision->use.memmap_on_memory))
		return make_rezone(draft, &blocks);
	r = add_switch(draft, &blocks);
	if (r < 0)
		return r;
	return draft_conclude(
		draft, PLAN_SWITCH, "%s becomes system-ram on node %d%s%s%s%s",
		draft->plan->device, draft->plan->target_node, loss(draft, buf),
		remark(draft), zone(draft), warning(draft));
}
