// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/inventory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/text-stream.h"
#include "basic/text.h"
#include "plan/plan.h"
#include "survey/node-names.h"

void inventory_clear(struct inventory *inventory)
{
	for (size_t i = 0; i < inventory->n_regions; i++) {
		free(inventory->regions[i].path);
		free(inventory->regions[i].uuid);
		free(inventory->regions[i].devices);
	}
	for (size_t i = 0; i < inventory->n_nodes; i++) {
		free(inventory->nodes[i].names);
		free(inventory->nodes[i].devices);
	}
	free(inventory->regions);
	free(inventory->nodes);
	*inventory = (struct inventory){ 0 };
}

static int take_region(struct inventory_region *region,
		       const struct facts_snapshot *snapshot, size_t index)
{
	const struct facts_region *from = &snapshot->regions[index];
	_cleanup_text_stream_ struct text_stream names = { NULL };
	FILE *f = text_stream_open(&names);
	size_t first, n;

	if (!f)
		return -ENOMEM;
	n = facts_region_devices(snapshot, index, &first);
	for (size_t i = first; i < first + n; i++)
		fprintf(f, "%s%s", i == first ? "" : " ",
			snapshot->devices[i].name);
	*region = (struct inventory_region){
		.path = strdup(from->path),
		.provider = from->provider,
		.uuid = from->uuid ? strdup(from->uuid) : NULL,
		.dynamic = from->dynamic,
		.size = from->size,
		.available_size = from->available_size,
		.node = from->target_node,
		.devices = text_stream_take(&names),
	};
	return region->path && region->devices ? 0 : -ENOMEM;
}

/* The names of its devices, "" for none; NULL: out of memory. */
static char *devices_of(const struct facts_snapshot *snapshot, int node)
{
	_cleanup_text_stream_ struct text_stream names = { NULL };
	FILE *f = text_stream_open(&names);
	const char *between = "";

	for (size_t i = 0; f && i < snapshot->n_devices; i++) {
		if (snapshot->devices[i].target_node != node)
			continue;
		fprintf(f, "%s%s", between, snapshot->devices[i].name);
		between = " ";
	}
	return f ? text_stream_take(&names) : NULL;
}

static bool has_word(const char *words, const char *word)
{
	const size_t size = strlen(word);

	for (const char *at = words; at && *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");

		if (length == size && memcmp(at, word, size) == 0)
			return true;
		at += length;
	}
	return false;
}

static bool is_system_ram(const struct plan_item *item)
{
	return plan_current_mode(item->device) == POLICY_MODE_SYSTEM_RAM;
}

/* The names that memory of @node has now, which the devices are in one order
 * with; NULL in *ret: none. */
static int names_of(const struct survey *survey, const struct node_names *names,
		    int node, char **ret)
{
	_cleanup_free_ char *words = NULL;
	size_t i = 0;

	for (size_t d = 0; d < survey->n_items; d++) {
		const struct plan_item *item = &survey->items[d];

		for (; i < names->n &&
		       strcmp(names->items[i].device, item->device->name) == 0;
		     i++) {
			const struct node_name *name = &names->items[i];

			if (name->node != node || !is_system_ram(item) ||
			    has_word(words, name->name))
				continue;
			if (text_add(&words, " ", name->name) < 0)
				return -ENOMEM;
		}
	}
	*ret = TAKE_PTR(words);
	return 0;
}

/* 1; 0: no device is of it; -ENOMEM. */
static int take_node(struct inventory_node *node, const struct survey *survey,
		     const struct node_names *names,
		     const struct facts_node *from)
{
	_cleanup_free_ char *devices = devices_of(survey->snapshot, from->id);

	if (!devices || !devices[0])
		return devices ? 0 : -ENOMEM;
	*node = (struct inventory_node){
		.id = from->id,
		.size = from->size,
		.devices = TAKE_PTR(devices),
	};
	/* It is among the inventory's already. */
	return names_of(survey, names, from->id, &node->names) < 0 ? -ENOMEM
								   : 1;
}

static int take_regions(struct inventory *inventory,
			const struct facts_snapshot *snapshot)
{
	int r = 0;

	for (size_t i = 0; i < snapshot->n_regions && r >= 0; i++)
		r = take_region(&inventory->regions[inventory->n_regions++],
				snapshot, i);
	return r;
}

static int take_nodes(struct inventory *inventory, const struct survey *survey)
{
	_cleanup_node_names_ struct node_names names = { NULL };
	const struct facts_snapshot *snapshot = survey->snapshot;
	int r = node_names_collect(survey, &names);

	for (size_t i = 0; i < snapshot->n_nodes && r >= 0; i++) {
		r = take_node(&inventory->nodes[inventory->n_nodes], survey,
			      &names, &snapshot->nodes[i]);
		inventory->n_nodes += r != 0;
	}
	return r < 0 ? r : 0;
}

int inventory_take(struct inventory *inventory, const struct survey *survey)
{
	const struct facts_snapshot *snapshot = survey->snapshot;
	struct inventory taken = { NULL };
	int r = -ENOMEM;

	taken.regions = calloc(snapshot->n_regions + 1, sizeof(*taken.regions));
	taken.nodes = calloc(snapshot->n_nodes + 1, sizeof(*taken.nodes));
	if (taken.regions && taken.nodes)
		r = take_regions(&taken, snapshot);
	if (r >= 0)
		r = take_nodes(&taken, survey);
	if (r < 0) {
		inventory_clear(&taken);
		return r;
	}
	inventory_clear(inventory);
	*inventory = taken;
	return 0;
}

static void put_number(act_fact_fn fact, void *userdata, const char *name,
		       uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	fact(name, text, true, userdata);
}

void inventory_region_facts(const struct inventory_region *region,
			    act_fact_fn fact, void *userdata)
{
	fact("path", region->path, false, userdata);
	fact("provider", facts_provider_name(region->provider), false,
	     userdata);
	if (region->uuid)
		fact("uuid", region->uuid, false, userdata);
	put_number(fact, userdata, "dynamic", region->dynamic);
	put_number(fact, userdata, "size", region->size);
	put_number(fact, userdata, "available_size", region->available_size);
	if (region->node >= 0)
		put_number(fact, userdata, "node", (uint64_t)region->node);
	fact("devices", region->devices, false, userdata);
}

void inventory_node_facts(const struct inventory_node *node, act_fact_fn fact,
			  void *userdata)
{
	put_number(fact, userdata, "node", (uint64_t)node->id);
	if (node->names)
		fact("names", node->names, false, userdata);
	put_number(fact, userdata, "size", node->size);
	fact("devices", node->devices, false, userdata);
}
