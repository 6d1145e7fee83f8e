// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/one-way.h"

#include "plan/plan.h"
#include "plan/zone.h"

static bool is_online_on(const struct facts_block *block, int node)
{
	return block->state == FACTS_BLOCK_ONLINE && block->node == node;
}

/* A snapshot has all memory blocks of a node that memory may join. */
static bool has_other_memory(const struct facts_snapshot *s,
			     const struct facts_device *device)
{
	const struct facts_node *node = facts_find_node(s, device->target_node);
	size_t own = 0, first, n;

	n = facts_region_devices(s, device->region, &first);
	for (size_t i = first; i < first + n; i++)
		for (size_t j = 0; j < s->devices[i].n_blocks; j++)
			own += is_online_on(&s->blocks[s->devices[i].blocks[j]],
					    device->target_node);
	return node && node->online_blocks > own;
}

static bool has_kernel_memory(const struct facts_snapshot *s,
			      const struct facts_device *device)
{
	for (size_t i = 0; i < device->n_blocks; i++) {
		const struct facts_block *b = &s->blocks[device->blocks[i]];

		if (b->state == FACTS_BLOCK_ONLINE &&
		    b->zone == FACTS_ZONE_KERNEL)
			return true;
	}
	return false;
}

bool one_way_holds(const struct facts_snapshot *snapshot,
		   const struct facts_device *device)
{
	return has_kernel_memory(snapshot, device) &&
	       !has_other_memory(snapshot, device);
}

/* With Zone=auto what is online stays in its zone. */
static bool changes_zone(const struct facts_snapshot *snapshot,
			 const struct facts_device *device,
			 const struct policy_use *use)
{
	return use->zone == POLICY_ZONE_AUTO
		       ? plan_count_online(snapshot, device) == 0
		       : !has_kernel_memory(snapshot, device);
}

bool one_way_leads(const struct facts_snapshot *snapshot,
		   const struct facts_device *device,
		   const struct policy_use *use)
{
	return use->mode == POLICY_MODE_SYSTEM_RAM &&
	       !zone_is_movable(snapshot, device, use) &&
	       changes_zone(snapshot, device, use) &&
	       !has_other_memory(snapshot, device);
}

static bool leaves(const struct policy_use *use)
{
	return use->mode == POLICY_MODE_DEVDAX ||
	       use->zone == POLICY_ZONE_MOVABLE;
}

const char *one_way_remark(const struct facts_snapshot *snapshot,
			   const struct facts_device *device,
			   const struct policy_use *use)
{
	if (one_way_leads(snapshot, device, use))
		return "; as the node's only memory and in a kernel zone, it "
		       "never leaves again since Linux 6.14";
	if (leaves(use) && one_way_holds(snapshot, device))
		return "; since Linux 6.14 that fails until the next boot, for "
		       "it is the node's only memory and in a kernel zone";
	return "";
}
