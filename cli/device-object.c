// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/device-object.h"

#include "cli/object.h"
#include "facts/json-value.h"

static json_object *blocks_json(const struct facts_snapshot *snapshot,
				const struct facts_device *device)
{
	json_object *object = json_object_new_object();
	int64_t kernel = 0, movable = 0, other = 0, offline = 0;

	for (size_t i = 0; i < device->n_blocks; i++) {
		const struct facts_block *block =
			&snapshot->blocks[device->blocks[i]];

		if (block->state != FACTS_BLOCK_ONLINE)
			offline++;
		else if (block->zone == FACTS_ZONE_KERNEL)
			kernel++;
		else if (block->zone == FACTS_ZONE_MOVABLE)
			movable++;
		else
			other++;
	}
	object_add_number(object, "possible", (int64_t)device->possible_blocks);
	object_add_number(object, "online_kernel", kernel);
	object_add_number(object, "online_movable", movable);
	object_add_number(object, "online_otherwise", other);
	object_add_number(object, "offline", offline);
	return object;
}

/* Facts files do not have the names of processes. */
static void name_holders(json_object *object, const struct facts_device *device)
{
	json_object *holders = json_object_object_get(object, "holders");

	for (size_t i = 0; i < device->n_holders; i++)
		object_add_string(json_object_array_get_idx(holders, i),
				  "command", device->holders[i].command);
}

json_object *device_object_new(const struct facts_snapshot *snapshot,
			       const struct facts_device *device)
{
	const struct facts_node *node =
		facts_find_node(snapshot, device->target_node);
	json_object *object = json_value_device(device);

	if (!object)
		return NULL;
	name_holders(object, device);
	object_add(object, "blocks",
		   device->ranges_known ? blocks_json(snapshot, device) : NULL);
	object_add(object, "region",
		   json_value_region(facts_device_region(snapshot, device)));
	object_add(object, "node", node ? json_value_node(node) : NULL);
	return object;
}
