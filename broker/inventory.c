// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/inventory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/text-stream.h"
#include "survey/node-name.h"

void inventory_clear(struct inventory *inventory)
{
	for (size_t i = 0; i < inventory->n_regions; i++) {
		free(inventory->regions[i].path);
		free(inventory->regions[i].uuid);
		free(inventory->regions[i].devices);
	}
	for (size_t i = 0; i < inventory->n_nodes; i++) {
		free(inventory->nodes[i].name);
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

/* 1; 0: no device is of it; -ENOMEM. */
static int take_node(struct inventory_node *node, const struct survey *survey,
		     const struct facts_node *from)
{
	_cleanup_free_ char *devices = devices_of(survey->snapshot, from->id);
	const char *name;

	if (!devices || !devices[0])
		return devices ? 0 : -ENOMEM;
	name = node_name_of(survey, from->id);
	*node = (struct inventory_node){
		.id = from->id,
		.name = name ? strdup(name) : NULL,
		.size = from->size,
		.devices = TAKE_PTR(devices),
	};
	return 1;
}

static int take_all(struct inventory *inventory, const struct survey *survey)
{
	const struct facts_snapshot *snapshot = survey->snapshot;
	int r = 0;

	for (size_t i = 0; i < snapshot->n_regions && r >= 0; i++)
		r = take_region(&inventory->regions[inventory->n_regions++],
				snapshot, i);
	for (size_t i = 0; i < snapshot->n_nodes && r >= 0; i++) {
		r = take_node(&inventory->nodes[inventory->n_nodes], survey,
			      &snapshot->nodes[i]);
		inventory->n_nodes += r > 0;
	}
	return r < 0 ? r : 0;
}

int inventory_take(struct inventory *inventory, const struct survey *survey)
{
	const struct facts_snapshot *snapshot = survey->snapshot;
	int r = -ENOMEM;

	inventory_clear(inventory);
	inventory->regions =
		calloc(snapshot->n_regions + 1, sizeof(*inventory->regions));
	inventory->nodes =
		calloc(snapshot->n_nodes + 1, sizeof(*inventory->nodes));
	if (inventory->regions && inventory->nodes)
		r = take_all(inventory, survey);
	if (r < 0)
		inventory_clear(inventory);
	return r;
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
	if (node->name)
		fact("name", node->name, false, userdata);
	put_number(fact, userdata, "size", node->size);
	fact("devices", node->devices, false, userdata);
}
