// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything about a device. It is put together once, as JSON; the text form
 * prints that object's keys and values.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "basic/size.h"
#include "cli/view.h"
#include "facts/users.h"

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

		view_add_number(object, "pid", h->pid);
		view_add_string(object, "command", h->command);
		json_object_object_add(object, "open",
				       json_object_new_boolean(h->open));
		json_object_object_add(object, "mapped",
				       json_object_new_boolean(h->mapped));
		json_object_array_add(array, object);
	}
	return array;
}

static json_object *blocks_json(const struct survey *survey,
				const struct facts_device *device)
{
	json_object *object = json_object_new_object();
	int64_t kernel = 0, movable = 0, other = 0, offline = 0;

	for (size_t i = 0; i < device->n_blocks; i++) {
		const struct facts_block *block =
			&survey->snapshot->blocks[device->blocks[i]];

		if (block->state != FACTS_BLOCK_ONLINE)
			offline++;
		else if (block->zone == FACTS_ZONE_KERNEL)
			kernel++;
		else if (block->zone == FACTS_ZONE_MOVABLE)
			movable++;
		else
			other++;
	}
	view_add_number(object, "possible", (int64_t)device->possible_blocks);
	view_add_number(object, "online_kernel", kernel);
	view_add_number(object, "online_movable", movable);
	view_add_number(object, "online_otherwise", other);
	view_add_number(object, "offline", offline);
	return object;
}

static json_object *size_json(uint64_t bytes)
{
	return json_object_new_uint64(bytes);
}

static json_object *performance_json(const struct facts_performance *p)
{
	const struct {
		const char *key;
		uint64_t value;
	} figures[] = {
		{ "read_bandwidth_mib_s", p->read_bandwidth },
		{ "write_bandwidth_mib_s", p->write_bandwidth },
		{ "read_latency_ns", p->read_latency },
		{ "write_latency_ns", p->write_latency },
	};
	json_object *object = json_object_new_object();

	for (size_t i = 0; i < ARRAY_SIZE(figures); i++)
		view_add_number(object, figures[i].key,
				figures[i].value ? (int64_t)figures[i].value
						 : -1);
	return object;
}

static json_object *node_json(const struct facts_node *node)
{
	json_object *object = json_object_new_object();
	json_object *distances = json_object_new_array();

	view_add_number(object, "id", node->id);
	json_object_object_add(object, "size", size_json(node->size));
	json_object_object_add(object, "free", size_json(node->free));
	json_object_object_add(object, "has_cpu",
			       json_object_new_boolean(node->has_cpu));
	for (size_t i = 0; i < node->n_distances; i++)
		json_object_array_add(distances,
				      json_object_new_int(node->distances[i]));
	json_object_object_add(object, "distances", distances);
	json_object_object_add(object, "performance",
			       performance_json(&node->performance));
	return object;
}

static void add_region(json_object *object, const struct facts_region *region)
{
	json_object *memdevs = json_object_new_array();

	view_add_string(object, "provider",
			facts_provider_name(region->provider));
	view_add_string(object, "region", region->path);
	json_object_object_add(object, "dynamic",
			       json_object_new_boolean(region->dynamic));
	json_object_object_add(object, "region_size", size_json(region->size));
	json_object_object_add(object, "region_available_size",
			       size_json(region->available_size));
	view_add_string(object, "uuid", region->uuid);
	for (size_t i = 0; i < region->n_memdevs; i++)
		json_object_array_add(
			memdevs, json_object_new_string(region->memdevs[i]));
	json_object_object_add(object, "memdevs", memdevs);
}

static json_object *users_json(const struct facts_users *users)
{
	json_object *object = json_object_new_object();

	view_add_number(object, "openers", (int64_t)users->openers);
	view_add_number(object, "mappings", (int64_t)users->mappings);
	view_add_number(object, "mapped_bytes", (int64_t)users->mapped_bytes);
	view_add_number(object, "pinned_pages", (int64_t)users->pinned_pages);
	view_add_number(object, "poisoned_pages",
			(int64_t)users->poisoned_pages);
	view_add_string(object, "drain", users->drain);
	view_add_number(object, "exclusive", users->exclusive);
	view_add_number(object, "dontfork", users->dontfork);
	return object;
}

static void add_device(json_object *object, const struct survey *survey,
		       const struct facts_device *device)
{
	const struct facts_node *node =
		facts_find_node(survey->snapshot, device->target_node);

	view_add_string(object, "device", device->name);
	view_add_string(object, "identity", device->identity);
	view_add_string(object, "path", device->path);
	add_region(object, facts_device_region(survey->snapshot, device));
	view_add_string(object, "driver", device->driver);
	json_object_object_add(object, "size", size_json(device->size));
	view_add_number(object, "align",
			device->align ? (int64_t)device->align : -1);
	view_add_number(object, "target_node", device->target_node);
	view_add_number(object, "numa_node", device->numa_node);
	view_add_string(object, "kmem_state", device->kmem_state);
	view_add_number(object, "memmap_on_memory", device->memmap_on_memory);
	json_object_object_add(object, "ranges",
			       device->ranges_known ? ranges_json(device)
						    : NULL);
	json_object_object_add(
		object, "blocks",
		device->ranges_known ? blocks_json(survey, device) : NULL);
	json_object_object_add(object, "node", node ? node_json(node) : NULL);
	json_object_object_add(object, "users",
			       device->users.known ? users_json(&device->users)
						   : NULL);
	json_object_object_add(object, "holders",
			       device->holders_known || device->n_holders
				       ? holders_json(device)
				       : NULL);
}

static void add_decision(json_object *object, const struct plan_item *item)
{
	const struct policy_decision *decision = item->decision;

	view_add_string(object, "wanted_mode",
			policy_mode_name(decision->use.mode));
	view_add_string(object, "wanted_zone",
			policy_zone_name(decision->use.zone));
	view_add_string(object, "slice",
			decision->slice ? decision->slice->name : NULL);
	view_add_string(object, "node_name",
			policy_use_name(decision->use.node_name));
	view_add_string(object, "policy", decision->file);
	view_add_string(object, "state", view_state(item));
	view_add_string(object, "reason", item->plan->reason);
}

static void print_value(const char *key, json_object *value)
{
	char size[SIZE_FORMAT_MAX];

	if (json_object_get_type(value) == json_type_int && strstr(key, "size"))
		printf("%s", size_format(json_object_get_uint64(value), size));
	else if (json_object_get_type(value) == json_type_string)
		printf("%s", json_object_get_string(value));
	else if (value)
		printf("%s",
		       json_object_to_json_string_ext(
			       value, JSON_C_TO_STRING_PLAIN |
					      JSON_C_TO_STRING_NOSLASHESCAPE));
	else
		printf("-");
}

static void print_object(json_object *object, bool bytes)
{
	json_object_object_foreach(object, key, value)
	{
		printf("%22s: ", key);
		print_value(bytes ? "" : key, value);
		printf("\n");
	}
}

static enum exit_code load_pins(const struct arguments *arguments,
				struct view *view)
{
	_cleanup_close_ int root_fd = view_open_root(arguments);
	int r;

	if (root_fd < 0)
		return EXIT_ERROR;
	r = facts_users_load_pins(root_fd, view->survey->snapshot);
	if (r == 0)
		return EXIT_OK;
	log_error("pinned_pages cannot be read: %s", strerror(-r));
	return EXIT_ERROR;
}

enum exit_code verb_show(const struct arguments *arguments)
{
	_cleanup_view_ struct view view = { 0 };
	json_object *top, *array;
	enum exit_code status;

	status = view_take(arguments, &view);
	if (status == EXIT_OK)
		status = load_pins(arguments, &view);
	if (status != EXIT_OK)
		return status;
	array = json_object_new_array();
	for (size_t i = 0; i < view.n_items; i++) {
		json_object *object = json_object_new_object();

		add_device(object, view.survey, view.items[i]->device);
		add_decision(object, view.items[i]);
		json_object_array_add(array, object);
	}
	if (arguments->json) {
		top = json_object_new_object();
		json_object_object_add(top, "devices", array);
		view_print_json(top);
		return EXIT_OK;
	}
	for (size_t i = 0; i < view.n_items; i++) {
		if (i)
			printf("\n");
		print_object(json_object_array_get_idx(array, i),
			     arguments->bytes);
	}
	json_object_put(array);
	return EXIT_OK;
}
