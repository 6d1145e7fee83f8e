// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/zone.h"

#include <string.h>

static bool is(const char *setting, const char *word)
{
	return setting && strcmp(setting, word) == 0;
}

/* The in-tree kmem puts memory online as auto_online_blocks says; where that
 * names no zone, and with daxbroker's kmem, the kernel's policy holds. */
static bool has_policy(const struct facts_snapshot *s)
{
	return s->kernel.kmem_probe_state ||
	       (!is(s->kernel.auto_online_blocks, "online_movable") &&
		!is(s->kernel.auto_online_blocks, "online_kernel"));
}

static bool is_auto_movable(const struct facts_snapshot *s)
{
	return has_policy(s) && is(s->kernel.online_policy, "auto-movable");
}

/* The device lies between memory of its node that is in @zone. */
static bool is_within(const struct facts_snapshot *s,
		      const struct facts_device *device, enum facts_zone zone)
{
	const uint64_t start =
		device->n_ranges ? device->ranges[0].start : UINT64_MAX;
	bool below = false, above = false;

	for (size_t i = 0; i < s->n_blocks; i++) {
		const struct facts_block *b = &s->blocks[i];

		if (b->state != FACTS_BLOCK_ONLINE || b->zone != zone ||
		    b->node != device->target_node)
			continue;
		if (b->id < start / s->kernel.block_size)
			below = true;
		else
			above = true;
	}
	return below && above;
}

/* The kernel's option: what is hot-plugged is movable. */
static bool has_movable_node(const struct facts_snapshot *s)
{
	const char word[] = "movable_node";
	const char *p = s->host.command_line;

	while (p && (p = strstr(p, word))) {
		const bool begins = p == s->host.command_line || p[-1] == ' ';

		p += strlen(word);
		if (begins && (*p == '\0' || *p == ' '))
			return true;
	}
	return false;
}

/* By the policy contig-zones, which all kernels have. */
static bool is_contiguous_movable(const struct facts_snapshot *s,
				  const struct facts_device *device)
{
	const bool kernel = is_within(s, device, FACTS_ZONE_KERNEL);
	const bool movable = is_within(s, device, FACTS_ZONE_MOVABLE);

	return kernel == movable ? has_movable_node(s) : movable;
}

bool zone_is_movable(const struct facts_snapshot *snapshot,
		     const struct facts_device *device,
		     const struct policy_use *use)
{
	if (use->zone != POLICY_ZONE_AUTO)
		return use->zone == POLICY_ZONE_MOVABLE;
	if (!has_policy(snapshot))
		return is(snapshot->kernel.auto_online_blocks,
			  "online_movable");
	return is_auto_movable(snapshot) ||
	       is_contiguous_movable(snapshot, device);
}

/* How many blocks of the device are online in @zone. */
static size_t count(const struct facts_snapshot *snapshot,
		    const struct facts_device *device, enum facts_zone zone)
{
	size_t n = 0;

	for (size_t i = 0; i < device->n_blocks; i++) {
		const struct facts_block *b =
			&snapshot->blocks[device->blocks[i]];

		n += b->state == FACTS_BLOCK_ONLINE && b->zone == zone;
	}
	return n;
}

const char *zone_word(const struct facts_snapshot *snapshot,
		      const struct facts_device *device,
		      const struct policy_use *use)
{
	const size_t movable = count(snapshot, device, FACTS_ZONE_MOVABLE);
	const size_t kernel = count(snapshot, device, FACTS_ZONE_KERNEL);

	if (use->zone != POLICY_ZONE_AUTO)
		return policy_zone_name(use->zone);
	if (movable > 0 && kernel > 0)
		return "mixed(auto)";
	if (movable > 0 ||
	    (kernel == 0 && zone_is_movable(snapshot, device, use)))
		return "movable(auto)";
	return "kernel(auto)";
}

const char *zone_remark(const struct facts_snapshot *snapshot,
			const struct facts_device *device,
			const struct policy_use *use)
{
	if (use->mode != POLICY_MODE_SYSTEM_RAM ||
	    use->zone != POLICY_ZONE_AUTO)
		return "";
	if (is_auto_movable(snapshot))
		return "; with Zone=auto the kernel puts it in the movable "
		       "zone, as far as its auto_movable_ratio allows";
	if (zone_is_movable(snapshot, device, use))
		return "; with Zone=auto the kernel puts it in the movable "
		       "zone";
	return "; with Zone=auto the kernel puts it in a kernel zone, from "
	       "where memory rarely comes back";
}
