// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/address-map.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/size.h"
#include "basic/text-stream.h"
#include "cli/terminal.h"
#include "plan/device-mode.h"
#include "policy/use.h"

const struct address_symbol address_symbols[ADDRESS_KINDS] = {
	[ADDRESS_MOVABLE] = { "movable", "online, movable", "█", "M",
			      TERMINAL_MOVABLE, "#3f9ca6" },
	[ADDRESS_KERNEL] = { "kernel", "online, kernel zone", "▓", "K",
			     TERMINAL_KERNEL, "#8e5ea2" },
	[ADDRESS_OTHER] = { "other", "online, zones mixed", "▒", "X",
			    TERMINAL_KERNEL, "#b08fc0" },
	[ADDRESS_OFFLINE] = { "offline", "added, offline", "░", "o",
			      TERMINAL_CHANGE, "#d9b44a" },
	[ADDRESS_DEVDAX] = { "devdax", "devdax", "=", "=", TERMINAL_GOOD,
			     "#6a9955" },
	[ADDRESS_UNUSED] = { "unused", "not added", "-", "-", -1, "#b8bcc2" },
	[ADDRESS_FREE] = { "free", "no device's", ".", ".", -1, "#ffffff" },
};

static enum address_kind kind_of_block(const struct facts_block *block)
{
	if (block->state != FACTS_BLOCK_ONLINE)
		return ADDRESS_OFFLINE;
	switch (block->zone) {
	case FACTS_ZONE_MOVABLE:
		return ADDRESS_MOVABLE;
	case FACTS_ZONE_KERNEL:
		return ADDRESS_KERNEL;
	default:
		return ADDRESS_OTHER;
	}
}

/* The same as the one before, where there is nothing between them. */
static int add_span(struct address_area *area, struct phys_range range,
		    enum address_kind kind, const struct plan_item *item)
{
	struct address_span *last =
		area->n_spans ? &area->spans[area->n_spans - 1] : NULL;
	int r;

	if (last && last->kind == kind && last->item == item &&
	    last->range.end + 1 == range.start) {
		last->range.end = range.end;
		return 0;
	}
	r = ARRAY_GROW(area->spans, area->n_spans);
	if (r == 0)
		area->spans[area->n_spans++] =
			(struct address_span){ range, kind, item };
	return r;
}

/* From *from on up to before @end, if there is anything. */
static int add_until(struct address_area *area, uint64_t *from, uint64_t end,
		     enum address_kind kind, const struct plan_item *item)
{
	int r = 0;

	if (*from < end)
		r = add_span(area, (struct phys_range){ *from, end - 1 }, kind,
			     item);
	if (*from < end)
		*from = end;
	return r;
}

/* A range of a device; *next is the first of its blocks that may lie in it. */
static int add_range(struct address_area *area, const struct view *view,
		     const struct plan_item *item, struct phys_range range,
		     size_t *next)
{
	const struct facts_snapshot *s = view->survey->snapshot;
	const struct facts_device *device = item->device;
	enum address_kind rest =
		device_mode_find(s, device) == DEVICE_MODE_DEVDAX
			? ADDRESS_DEVDAX
			: ADDRESS_UNUSED;
	uint64_t from = range.start;
	int r = 0;

	for (; *next < device->n_blocks && r == 0; (*next)++) {
		const struct facts_block *block =
			&s->blocks[device->blocks[*next]];
		uint64_t start = block->id * s->kernel.block_size;

		if (start > range.end)
			break;
		r = add_until(area, &from, start, rest, item);
		if (r == 0)
			r = add_until(area, &from, start + s->kernel.block_size,
				      kind_of_block(block), item);
	}
	return r == 0 ? add_until(area, &from, range.end + 1, rest, item) : r;
}

static int add_device(struct address_area *area, const struct view *view,
		      const struct plan_item *item)
{
	size_t next = 0;
	int r = 0;

	for (size_t i = 0; i < item->device->n_ranges && r == 0; i++)
		r = add_range(area, view, item, item->device->ranges[i], &next);
	return r;
}

static int compare_spans(const void *a, const void *b)
{
	const struct address_span *x = a, *y = b;

	return (x->range.start > y->range.start) -
	       (x->range.start < y->range.start);
}

/* Sorted, and what is no device's between, before and behind them. */
static int fill_gaps(struct address_area *area)
{
	struct address_area filled = { .region = area->region };
	const struct facts_region *region = area->region;
	uint64_t from = region->start, end = 0;
	int r = 0;

	if (area->n_spans == 0)
		return 0;
	qsort(area->spans, area->n_spans, sizeof(*area->spans), compare_spans);
	if (!from || from > area->spans[0].range.start)
		from = area->spans[0].range.start;
	filled.range.start = from;
	for (size_t i = 0; i < area->n_spans && r == 0; i++) {
		const struct address_span *span = &area->spans[i];

		r = add_until(&filled, &from, span->range.start, ADDRESS_FREE,
			      NULL);
		if (r == 0)
			r = add_until(&filled, &from, span->range.end + 1,
				      span->kind, span->item);
	}
	if (region->start)
		end = region->start + region->size;
	if (r == 0)
		r = add_until(&filled, &from, end, ADDRESS_FREE, NULL);
	filled.range.end = from - 1;
	free(area->spans);
	*area = filled;
	return r;
}

static int compare_areas(const void *a, const void *b)
{
	const struct address_area *x = a, *y = b;

	if (!x->n_spans != !y->n_spans)
		return x->n_spans ? -1 : 1;
	if (x->range.start != y->range.start)
		return x->range.start < y->range.start ? -1 : 1;
	return (x->region > y->region) - (x->region < y->region);
}

int address_map_make(const struct view *view, struct address_map *ret)
{
	const struct facts_snapshot *s = view->survey->snapshot;
	int r = 0;

	*ret = (struct address_map){
		.areas = calloc(s->n_regions + 1, sizeof(*ret->areas)),
	};
	if (!ret->areas)
		return -ENOMEM;
	ret->n_areas = s->n_regions;
	for (size_t i = 0; i < s->n_regions; i++)
		ret->areas[i].region = &s->regions[i];
	for (size_t i = 0; i < view->n_items && r == 0; i++)
		r = add_device(&ret->areas[view->items[i]->device->region],
			       view, view->items[i]);
	for (size_t i = 0; i < ret->n_areas && r == 0; i++)
		r = fill_gaps(&ret->areas[i]);
	qsort(ret->areas, ret->n_areas, sizeof(*ret->areas), compare_areas);
	return r;
}

void address_map_done(struct address_map *map)
{
	for (size_t i = 0; i < map->n_areas; i++)
		free(map->areas[i].spans);
	free(map->areas);
}

static size_t find_part(const struct address_area *area, size_t n,
			uint64_t address)
{
	long double share = (long double)(address - area->range.start) /
			    (long double)phys_range_size(area->range);
	size_t part = (size_t)(share * (long double)n);

	return part < n ? part : n - 1;
}

/* The first address of the part. */
static uint64_t part_start(const struct address_area *area, size_t n,
			   size_t part)
{
	return area->range.start +
	       (uint64_t)((long double)phys_range_size(area->range) *
			  (long double)part / (long double)n);
}

static uint64_t common_size(struct phys_range a, struct phys_range b)
{
	uint64_t start = a.start > b.start ? a.start : b.start;
	uint64_t end = a.end < b.end ? a.end : b.end;

	return start <= end ? end - start + 1 : 0;
}

void address_map_scale(const struct address_area *area, size_t n,
		       enum address_kind *ret)
{
	size_t first = 0;

	for (size_t part = 0; part < n; part++) {
		const struct phys_range range = {
			part_start(area, n, part),
			part_start(area, n, part + 1) - 1,
		};
		uint64_t most = 0, sums[ADDRESS_KINDS] = { 0 };

		ret[part] = ADDRESS_FREE;
		while (first + 1 < area->n_spans &&
		       area->spans[first].range.end < range.start)
			first++;
		for (size_t i = first; i < area->n_spans &&
				       area->spans[i].range.start <= range.end;
		     i++) {
			enum address_kind kind = area->spans[i].kind;

			sums[kind] += common_size(area->spans[i].range, range);
			if (sums[kind] > most) {
				most = sums[kind];
				ret[part] = kind;
			}
		}
	}
}

bool address_map_next(const struct address_area *area, size_t n, size_t *next,
		      struct address_extent *ret)
{
	size_t i = *next, last;

	while (i < area->n_spans && !area->spans[i].item)
		i++;
	if (i == area->n_spans)
		return false;
	for (last = i; last + 1 < area->n_spans &&
		       area->spans[last + 1].item == area->spans[i].item;
	     last++)
		;
	*ret = (struct address_extent){
		.item = area->spans[i].item,
		.begin = find_part(area, n, area->spans[i].range.start),
		.end = find_part(area, n, area->spans[last].range.end) + 1,
	};
	*next = last + 1;
	return true;
}

const char *address_map_node_name(const struct address_area *area)
{
	for (size_t i = 0; i < area->n_spans; i++) {
		const struct plan_item *item = area->spans[i].item;
		const char *name =
			item ? policy_use_name(item->decision->use.node_name)
			     : NULL;

		if (name)
			return name;
	}
	return NULL;
}

char *address_map_title(const struct address_area *area)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	const struct facts_region *region = area->region;
	FILE *out = text_stream_open(&stream);
	const char *name = address_map_node_name(area);
	char size[SIZE_FORMAT_MAX];

	if (!out)
		return NULL;
	fprintf(out, "region%d: %s, %s", region->id,
		facts_provider_name(region->provider),
		size_format(region->size, size));
	if (area->n_spans)
		fprintf(out, " at %#" PRIx64 "-%#" PRIx64, area->range.start,
			area->range.end);
	if (region->target_node >= 0)
		fprintf(out, ", node %d", region->target_node);
	if (name)
		fprintf(out, " (%s)", name);
	return text_stream_take(&stream);
}
