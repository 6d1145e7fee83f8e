// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/node-name.h"

#include <string.h>

/* The memory of the device is part of its node now. */
static bool is_plugged(const struct facts_device *device)
{
	return plan_current_mode(device) == POLICY_MODE_SYSTEM_RAM &&
	       device->target_node >= 0;
}

static bool claims(const struct plan_item *item, const char *name)
{
	const struct policy_use *use = &item->decision->use;

	return use->mode == POLICY_MODE_SYSTEM_RAM &&
	       strcmp(use->node_name, name) == 0;
}

enum node_name_result node_name_lookup(const struct survey *survey,
				       const char *name, int *ret_node)
{
	enum node_name_result result = NODE_NAME_UNKNOWN;
	int node = -1;

	for (size_t i = 0; i < survey->n_items; i++) {
		const struct plan_item *item = &survey->items[i];

		if (!claims(item, name))
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

bool node_name_conflict(const struct survey *survey, size_t *position,
			const struct plan_item **ret_one,
			const struct plan_item **ret_other)
{
	for (; *position < survey->n_items; (*position)++) {
		const struct plan_item *other = &survey->items[*position];
		const char *name = other->decision->use.node_name;

		for (size_t i = 0; *name && i < *position; i++) {
			const struct plan_item *one = &survey->items[i];

			if (!claims(one, name) || !claims(other, name) ||
			    one->device->target_node ==
				    other->device->target_node)
				continue;
			*ret_one = one;
			*ret_other = other;
			(*position)++;
			return true;
		}
	}
	return false;
}

const char *node_name_of(const struct survey *survey, int node)
{
	for (size_t i = 0; i < survey->n_items; i++) {
		const struct plan_item *item = &survey->items[i];
		const char *name = item->decision->use.node_name;

		if (*name && item->device->target_node == node &&
		    item->decision->use.mode == POLICY_MODE_SYSTEM_RAM &&
		    is_plugged(item->device))
			return name;
	}
	return NULL;
}
