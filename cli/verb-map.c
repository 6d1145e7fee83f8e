// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "basic/text.h"
#include "cli/address-map.h"
#include "cli/fleet.h"
#include "cli/map-svg.h"
#include "cli/map-text.h"
#include "cli/object.h"

/* Of one machine after the other. */
struct atlas {
	const struct arguments *arguments;
	json_object *array; /* with --json */
	struct map_svg svg; /* with --svg */
	unsigned int used;  /* kinds that were printed */
	int r;
};

static json_object *range_json(struct phys_range range)
{
	_cleanup_free_ char *text =
		text_format("%#" PRIx64 "-%#" PRIx64, range.start, range.end);

	return text ? json_object_new_string(text) : NULL;
}

static json_object *span_json(const struct address_span *span)
{
	json_object *object = json_object_new_object();

	object_add(object, "range", range_json(span->range));
	object_add_string(object, "kind", address_symbols[span->kind].name);
	object_add_string(object, "device",
			  span->item ? span->item->device->name : NULL);
	return object;
}

static json_object *area_json(const struct address_area *area)
{
	json_object *object = json_object_new_object();
	json_object *spans = json_object_new_array();

	object_add_number(object, "region", area->region->id);
	object_add_string(object, "path", area->region->path);
	object_add_string(object, "provider",
			  facts_provider_name(area->region->provider));
	object_add_number(object, "target_node", area->region->target_node);
	object_add_string(object, "node_name", address_map_node_name(area));
	object_add(object, "range",
		   area->n_spans ? range_json(area->range) : NULL);
	for (size_t i = 0; i < area->n_spans; i++)
		json_object_array_add(spans, span_json(&area->spans[i]));
	object_add(object, "spans", spans);
	return object;
}

static void add_json(json_object *array, const struct view *view,
		     const struct address_map *map)
{
	for (size_t i = 0; i < map->n_areas; i++) {
		json_object *object = area_json(&map->areas[i]);

		if (view->host)
			object_add_string(object, "host", view->host);
		json_object_array_add(array, object);
	}
}

static void map_view(const struct view *view, void *data)
{
	struct atlas *atlas = data;
	struct address_map map;
	int r = address_map_make(view, &map);

	if (r == 0 && atlas->array)
		add_json(atlas->array, view, &map);
	else if (r == 0 && atlas->arguments->svg)
		r = map_svg_add(&atlas->svg, view, &map);
	else if (r == 0)
		r = map_text_print(view, &map, &atlas->used);
	address_map_done(&map);
	if (r < 0)
		atlas->r = r;
}

static void finish(struct atlas *atlas)
{
	json_object *top;

	if (atlas->array) {
		top = json_object_new_object();
		object_add(top, "regions", atlas->array);
		object_print(top);
	} else if (atlas->arguments->svg) {
		map_svg_print(&atlas->svg);
	} else {
		map_text_legend(atlas->used);
	}
}

enum exit_code verb_map(const struct arguments *arguments)
{
	struct atlas atlas = { .arguments = arguments };
	enum exit_code status;

	if (arguments->json)
		atlas.array = json_object_new_array();
	status = fleet_each(arguments, map_view, &atlas);
	/* Nothing in a map is decided, but for names. */
	if (status == EXIT_POLICY)
		status = EXIT_OK;
	if (atlas.r < 0) {
		log_error("the map cannot be drawn: %s", strerror(-atlas.r));
		status = EXIT_ERROR;
	}
	if (status == EXIT_OK)
		finish(&atlas);
	return status;
}
