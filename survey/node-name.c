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

static const struct policy_setting *node_name_setting(void)
{
	return policy_setting_find(POLICY_SECTION_REGION, "NodeName");
}

enum node_name_result node_name_lookup(const struct survey *survey,
				       const char *name, int *ret_node)
{
	const struct policy_setting *setting = node_name_setting();
	enum node_name_result result = NODE_NAME_UNKNOWN;
	int node = -1;

	for (size_t i = 0; i < survey->n_items; i++) {
		const struct plan_item *item = &survey->items[i];
		const char *claim = name_claim(item, setting);

		if (!claim || strcmp(claim, name) != 0)
			continue;
		if (node >= 0 && item->device->target_node != node)
			return NODE_NAME_AMBIGUOUS;
		node = item->device->target_node;
		if (is_plugged(item->device))
			result = NODE_NAME_FOUND;
		else if (result == NODE_NAME_UNKNOWN)
			result = NODE_NAME_ABSENT;
	}
	if (result != NODE_NAME_UNKNOWN)
		*ret_node = node;
	return result;
}

const char *node_name_of(const struct survey *survey, int node)
{
	const struct policy_setting *setting = node_name_setting();

	for (size_t i = 0; i < survey->n_items; i++) {
		const struct plan_item *item = &survey->items[i];

		if (item->device->target_node == node &&
		    is_plugged(item->device) && name_claim(item, setting) &&
		    !name_claim_other(survey, survey->n_items, item, setting))
			return name_claim(item, setting);
	}
	return NULL;
}
