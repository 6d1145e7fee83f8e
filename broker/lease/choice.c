// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease/choice.h"

#include <stdlib.h>

/* Extents side by side: from index .from up to .to, not included. */
struct run {
	size_t from, to;
};

static bool next_run(const struct lease_map *map, struct run *run)
{
	size_t i = run->to;

	if (i >= map->n)
		return false;
	run->from = i++;
	while (i < map->n &&
	       map->extents[i - 1].range.end + 1 == map->extents[i].range.start)
		i++;
	run->to = i;
	return true;
}

/* False: it overflows. */
static bool align_up(uint64_t at, uint64_t align, uint64_t *ret)
{
	const uint64_t over = at % align;

	return !__builtin_add_overflow(at, over ? align - over : 0, ret);
}

bool lease_choice_is_better(const struct lease_choice *a,
			    const struct lease_choice *b)
{
	if (a->n != b->n)
		return a->n < b->n;
	if (a->idle != b->idle)
		return a->idle < b->idle;
	if (a->cost != b->cost)
		return a->cost < b->cost;
	return a->ranges[0].start < b->ranges[0].start;
}

/* A range that moves on through a run, and what it costs where it is: the sums
 * are of the extents from .first up to .behind, not included. */
struct window {
	const struct lease_map *map;
	struct run run;
	size_t first, behind;
	uint64_t idle, cost;
};

static void count(struct window *window, size_t i, bool in)
{
	const struct lease_extent *extent = &window->map->extents[i];
	const uint64_t bytes =
		extent->idle ? phys_range_size(extent->range) : 0;

	window->idle += in ? bytes : -bytes;
	window->cost += in ? extent->cost : -extent->cost;
}

/* To @range, which begins behind the one before. */
static void window_move(struct window *window, struct phys_range range)
{
	const struct lease_extent *extents = window->map->extents;

	while (window->behind < window->run.to &&
	       extents[window->behind].range.start <= range.end)
		count(window, window->behind++, true);
	while (window->first < window->behind &&
	       extents[window->first].range.end < range.start)
		count(window, window->first++, false);
}

/* One that starts at @start, if the run has room. */
static void try_start(struct window *window, uint64_t start, uint64_t size,
		      struct lease_choice *best)
{
	const struct phys_range range = { start, start + size - 1 };
	const struct lease_extent *last =
		&window->map->extents[window->run.to - 1];
	struct lease_choice choice = { .ranges = { range }, .n = 1 };

	if (range.end < range.start || range.end > last->range.end)
		return;
	window_move(window, range);
	choice.idle = window->idle;
	choice.cost = window->cost;
	if (best->n == 0 || lease_choice_is_better(&choice, best))
		*best = choice;
}

/* As far to the left as it goes in each extent: further to the right it touches
 * no less. */
static void search_run(const struct lease_map *map, struct run run,
		       uint64_t size, uint64_t align, struct lease_choice *best)
{
	struct window window = { map, run, run.from, run.from, 0, 0 };
	uint64_t start;

	for (size_t i = run.from; i < run.to; i++)
		if (align_up(map->extents[i].range.start, align, &start) &&
		    start <= map->extents[i].range.end)
			try_start(&window, start, size, best);
}

/* What a run has room for, as one range. */
static bool run_range(const struct lease_map *map, struct run run,
		      uint64_t align, struct phys_range *ret)
{
	const uint64_t end = map->extents[run.to - 1].range.end;
	uint64_t start;

	if (!align_up(map->extents[run.from].range.start, align, &start) ||
	    start > end || end - start < align - 1)
		return false;
	*ret = (struct phys_range){
		start, start + (end - start + 1) / align * align - 1
	};
	return true;
}

/* The largest ranges, descending; returns how many there are. */
static size_t largest_ranges(const struct lease_map *map, uint64_t align,
			     struct phys_range ret[POLICY_GRANT_RANGES_MAX])
{
	struct run run = { 0, 0 };
	struct phys_range range;
	size_t n = 0, at;

	while (next_run(map, &run)) {
		if (!run_range(map, run, align, &range))
			continue;
		for (at = n; at > 0 && phys_range_size(ret[at - 1]) <
					       phys_range_size(range);
		     at--)
			if (at < POLICY_GRANT_RANGES_MAX)
				ret[at] = ret[at - 1];
		if (at < POLICY_GRANT_RANGES_MAX)
			ret[at] = range;
		if (n < POLICY_GRANT_RANGES_MAX)
			n++;
	}
	return n;
}

static int compare(const void *a, const void *b)
{
	const struct phys_range *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static void add_costs(const struct lease_map *map, struct lease_choice *choice)
{
	for (size_t i = 0; i < choice->n; i++) {
		struct window window = { map, { 0, map->n }, 0, 0, 0, 0 };

		window_move(&window, choice->ranges[i]);
		choice->idle += window.idle;
		choice->cost += window.cost;
	}
}

/* In as few ranges as there can be. */
static bool find_several(const struct lease_map *map, uint64_t size,
			 uint64_t align, struct lease_choice *ret)
{
	struct phys_range ranges[POLICY_GRANT_RANGES_MAX];
	const size_t n = largest_ranges(map, align, ranges);
	struct lease_choice choice = { .n = 0 };

	for (size_t i = 0; i < n && size > 0; i++) {
		struct phys_range range = ranges[i];

		if (phys_range_size(range) > size)
			range.end = range.start + size - 1;
		size -= phys_range_size(range);
		choice.ranges[choice.n++] = range;
	}
	if (size > 0)
		return false;
	qsort(choice.ranges, choice.n, sizeof(*choice.ranges), compare);
	add_costs(map, &choice);
	*ret = choice;
	return true;
}

bool lease_choice_find(const struct lease_map *map, uint64_t size,
		       uint64_t align, struct lease_choice *ret)
{
	struct lease_choice best = { .n = 0 };
	struct run run = { 0, 0 };

	if (size == 0 || align == 0 || size % align)
		return false;
	while (next_run(map, &run))
		search_run(map, run, size, align, &best);
	if (best.n == 0)
		return find_several(map, size, align, ret);
	*ret = best;
	return true;
}

uint64_t lease_choice_largest(const struct lease_map *map, uint64_t align)
{
	struct phys_range ranges[POLICY_GRANT_RANGES_MAX];
	const size_t n = align ? largest_ranges(map, align, ranges) : 0;
	uint64_t total = 0;

	for (size_t i = 0; i < n; i++)
		total += phys_range_size(ranges[i]);
	return total;
}
