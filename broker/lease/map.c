// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease/map.h"

#include <stdlib.h>
#include <string.h>

#include "basic/array.h"

void lease_map_clear(struct lease_map *map)
{
	free(map->extents);
	*map = (struct lease_map){ 0 };
}

int lease_map_copy(const struct lease_map *from, struct lease_map *ret)
{
	struct lease_map map = { 0 };

	for (size_t i = 0; i < from->n; i++) {
		if (ARRAY_GROW(map.extents, map.n) < 0) {
			lease_map_clear(&map);
			return -ENOMEM;
		}
		map.extents[map.n++] = from->extents[i];
	}
	*ret = map;
	return 0;
}

static bool overlap(struct phys_range a, struct phys_range b)
{
	return a.start <= b.end && b.start <= a.end;
}

static int insert(struct lease_map *map, size_t at,
		  const struct lease_extent *extent)
{
	if (ARRAY_GROW(map->extents, map->n) < 0)
		return -ENOMEM;
	memmove(&map->extents[at + 1], &map->extents[at],
		(map->n - at) * sizeof(*map->extents));
	map->extents[at] = *extent;
	map->n++;
	return 0;
}

static void take_out(struct lease_map *map, size_t at)
{
	map->n--;
	memmove(&map->extents[at], &map->extents[at + 1],
		(map->n - at) * sizeof(*map->extents));
}

int lease_map_add(struct lease_map *map, const struct lease_extent *extent)
{
	size_t at = map->n;

	if (extent->range.start > extent->range.end)
		return 0;
	while (at > 0 && map->extents[at - 1].range.start > extent->range.start)
		at--;
	if ((at > 0 && overlap(map->extents[at - 1].range, extent->range)) ||
	    (at < map->n && overlap(map->extents[at].range, extent->range)))
		return 0;
	return insert(map, at, extent);
}

/* Of what is free the rest stays, before and behind @range. */
static int cut(struct lease_map *map, size_t at, struct phys_range range)
{
	const struct lease_extent whole = map->extents[at];
	struct lease_extent behind = whole;

	if (whole.range.end > range.end) {
		behind.range.start = range.end + 1;
		if (whole.range.start >= range.start) {
			map->extents[at] = behind;
			return 0;
		}
		if (insert(map, at + 1, &behind) < 0)
			return -ENOMEM;
	}
	map->extents[at].range.end = range.start - 1;
	return 0;
}

int lease_map_exclude(struct lease_map *map, struct phys_range range)
{
	for (size_t i = map->n; i-- > 0;) {
		const struct lease_extent *extent = &map->extents[i];

		if (!overlap(extent->range, range))
			continue;
		if (extent->idle || phys_range_contains(range, extent->range))
			take_out(map, i);
		else if (cut(map, i, range) < 0)
			return -ENOMEM;
	}
	return 0;
}

uint64_t lease_map_total(const struct lease_map *map)
{
	uint64_t total = 0;

	for (size_t i = 0; i < map->n; i++)
		total += phys_range_size(map->extents[i].range);
	return total;
}
