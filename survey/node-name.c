// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/node-name.h"

#include <string.h>

#include "survey/name-claim.h"

/* The memory of the device is part of its node now. */
static bool is_plugged(const struct facts_device *device)
{
	return plan_current_mode(device) == POLICY_MODE_SYSTEM_RAM &&
	       device->target_node >= 0;
}

/* The name that @item gives its node. */
static const char *name_of(const struct survey *survey,
			   const struct plan_item *item)
{
	const struct policy_setting *setting =
		policy_setting_find(POLICY_SECTION_REGION, "NodeName");

	if (name_claim_other(survey->items, survey->n_items, item, setting))
		return NULL;
	return name_claim(item, setting);
}

enum node_name_result node_name_lookup(const struct survey *survey,
				       const char *name, int *ret_node)
{
	enum node_name_result result = NODE_NAME_UNKNOWN;

	for (size_t i = 0; i < survey->n_items; i++) {
		const struct plan_item *item = &survey->items[i];
		const char *given = name_of(survey, item);

		if (!given || strcmp(given, name) != 0)
			continue;
		*ret_node = item->device->target_node;
		if (is_plugged(item->device))
			return NODE_NAME_FOUND;
		result = NODE_NAME_ABSENT;
	}
	return result;
}

const char *node_name_of(const struct survey *survey, int node)
{
	for (size_t i = 0; i < survey->n_items; i++) {
		const struct plan_item *item = &survey->items[i];
		const char *name;

		if (item->device->target_node != node ||
		    !is_plugged(item->device))
			continue;
		name = name_of(survey, item);
		if (name)
			return name;
	}
	return NULL;
}
