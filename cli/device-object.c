// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/device-object.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/object.h"

static json_object *ranges_json(const struct facts_device *device)
{
	json_object *array = json_object_new_array();
	char text[48];

	for (size_t i = 0; i < device->n_ranges; i++) {
		snprintf(text, sizeof(text), "0x%" PRIx64 "-0x%" PRIx64,
			 device->ranges[i].start, device->ranges[i].end);
		json_object_array_add(array, json_object_new_string(text));
	}
	return array;
}

static json_object *holders_json(const struct facts_device *device)
{
	json_object *array = json_object_new_array();

	for (size_t i = 0; i < device->n_holders; i++) {
		const struct facts_holder *h = &device->holders[i];
		json_object *object = json_object_new_object();

		object_add_number(object, "pid", h->pid);
		object_add_string(object, "command", h->command);
		object_add_bool(object, "open", h->open);
		object_add_bool(object, "mapped", h->mapped);
		json_object_array_add(array, object);
	}
	return array;
}

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

static json_object *performance_json(const struct facts_performance *p)
{
	json_object *object = json_object_new_object();

	object_add_known(object, "read_bandwidth", p->read_bandwidth);
	object_add_known(object, "write_bandwidth", p->write_bandwidth);
	object_add_known(object, "read_latency", p->read_latency);
	object_add_known(object, "write_latency", p->write_latency);
	return object;
}

static json_object *node_json(const struct facts_node *node)
{
	json_object *object = json_object_new_object();
	json_object *distances = json_object_new_array();

	object_add_number(object, "id", node->id);
	object_add_size(object, "size", node->size);
	object_add_size(object, "free", node->free);
	object_add_bool(object, "has_cpu", node->has_cpu);
	for (size_t i = 0; i < node->n_distances; i++)
		json_object_array_add(distances,
				      json_object_new_int(node->distances[i]));
	object_add(object, "distances", distances);
	object_add(object, "performance", performance_json(&node->performance));
	return object;
}

static void add_region(json_object *object, const struct facts_region *region)
{
	object_add_string(object, "provider",
			  facts_provider_name(region->provider));
	object_add_string(object, "region", region->path);
	object_add_bool(object, "dynamic", region->dynamic);
	object_add_size(object, "region_size", region->size);
	object_add_size(object, "region_available_size",
			region->available_size);
	object_add_string(object, "uuid", region->uuid);
	object_add_strings(object, "memdevs",
			   (const char *const *)region->memdevs,
			   region->n_memdevs);
}

static json_object *users_json(const struct facts_users *users)
{
	json_object *object = json_object_new_object();

	object_add_number(object, "openers", (int64_t)users->openers);
	object_add_number(object, "mappings", (int64_t)users->mappings);
	object_add_number(object, "mapped_bytes", (int64_t)users->mapped_bytes);
	object_add_number(object, "pinned_pages", (int64_t)users->pinned_pages);
	object_add_number(object, "poisoned_pages",
			  (int64_t)users->poisoned_pages);
	object_add_string(object, "drain", users->drain);
	object_add_number(object, "exclusive", users->exclusive);
	object_add_number(object, "dontfork", users->dontfork);
	return object;
}

void device_object_add(json_object *object,
		       const struct facts_snapshot *snapshot,
		       const struct facts_device *device)
{
	const struct facts_node *node =
		facts_find_node(snapshot, device->target_node);

	object_add_string(object, "device", device->name);
	object_add_string(object, "identity", device->identity);
	object_add_string(object, "path", device->path);
	add_region(object, facts_device_region(snapshot, device));
	object_add_string(object, "driver", device->driver);
	object_add_size(object, "size", device->size);
	object_add_known(object, "align", device->align);
	object_add_number(object, "target_node", device->target_node);
	object_add_number(object, "numa_node", device->numa_node);
	object_add_string(object, "kmem_state", device->kmem_state);
	object_add_number(object, "memmap_on_memory", device->memmap_on_memory);
	object_add(object, "ranges",
		   device->ranges_known ? ranges_json(device) : NULL);
	object_add(object, "blocks",
		   device->ranges_known ? blocks_json(snapshot, device) : NULL);
	object_add(object, "node", node ? node_json(node) : NULL);
	object_add(object, "users",
		   device->users.known ? users_json(&device->users) : NULL);
	object_add(object, "holders",
		   device->holders_known || device->n_holders
			   ? holders_json(device)
			   : NULL);
}
