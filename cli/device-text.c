// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/device-text.h"

#include <string.h>

#include "basic/text.h"
#include "plan/zone.h"

const char *device_text_zone(const struct facts_snapshot *snapshot,
			     const struct facts_device *device)
{
	const char *zone = NULL;

	for (size_t i = 0; i < device->n_blocks; i++) {
		const struct facts_block *block =
			&snapshot->blocks[device->blocks[i]];
		const char *name = facts_zone_name(block->zone);

		if (block->state != FACTS_BLOCK_ONLINE)
			continue;
		if (zone && strcmp(zone, name) != 0)
			return "mixed";
		zone = name;
	}
	return zone;
}

char *device_text_wanted(const struct facts_snapshot *snapshot,
			 const struct plan_item *item)
{
	const struct policy_decision *decision = item->decision;

	if (decision->layout && !decision->slice && !decision->override)
		return strdup("layout");
	if (decision->use.mode != POLICY_MODE_SYSTEM_RAM)
		return strdup(policy_mode_name(decision->use.mode));
	return text_format("%s:%s", policy_mode_name(decision->use.mode),
			   zone_word(snapshot, item->device, &decision->use));
}

const char *device_text_state(const struct plan_item *item)
{
	switch (item->plan->outcome) {
	case PLAN_NOTHING:
		return "as-decided";
	case PLAN_SWITCH:
		return "to-switch";
	case PLAN_KEEP:
		if (item->decision->faulty)
			return "policy-error";
		return plan_is_stranded(item->device) ? "stranded" : "kept";
	case PLAN_REFUSED:
		break;
	}
	return item->plan->refusal == PLAN_REFUSAL_UNKNOWN ? "unknown"
							   : "refused";
}

enum terminal_style device_text_style(const struct plan_item *item)
{
	switch (item->plan->outcome) {
	case PLAN_NOTHING:
		return TERMINAL_GOOD;
	case PLAN_SWITCH:
		return TERMINAL_CHANGE;
	case PLAN_KEEP:
		return item->decision->faulty || plan_is_stranded(item->device)
			       ? TERMINAL_BAD
			       : TERMINAL_DIM;
	case PLAN_REFUSED:
		break;
	}
	return TERMINAL_BAD;
}
