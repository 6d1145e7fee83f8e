// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease/lease-search.h"

#include <errno.h>
#include <string.h>

bool lease_search_is_ready(const struct lease_entry *other,
			   const void *userdata _unused_)
{
	return other->lease.grant.state == POLICY_GRANT_READY;
}

bool lease_search_is_any(const struct lease_entry *other _unused_,
			 const void *userdata _unused_)
{
	return true;
}

static int add_ranges(struct lease_map *map, const struct policy_grant *grant)
{
	int r = 0;

	for (size_t i = 0; i < grant->n_ranges && r == 0; i++) {
		/* Only if there is no other. */
		const struct lease_extent extent = {
			.range = grant->ranges[i],
			.cost = 1,
		};

		r = lease_map_add(map, &extent);
	}
	return r;
}

static int exclude_ranges(struct lease_map *map,
			  const struct phys_range *ranges, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++)
		r = lease_map_exclude(map, ranges[i]);
	return r;
}

/* What is free in @region for one who may have what @counts. */
static int make_map(const struct lease_table *table,
		    const struct lease_region *region, lease_search_fn counts,
		    const void *userdata, struct lease_map *ret)
{
	int r = lease_map_copy(&region->map, ret);

	for (size_t i = 0; i < table->n && r == 0; i++) {
		const struct lease_entry *other = table->entries[i];
		const struct policy_grant *grant = &other->lease.grant;

		if (grant->n_ranges == 0 ||
		    !phys_range_contains(region->whole, grant->ranges[0]))
			continue;
		if (counts && counts(other, userdata))
			r = add_ranges(ret, grant);
		else
			r = exclude_ranges(ret, grant->ranges, grant->n_ranges);
	}
	return r;
}

static uint64_t unit_of(const struct lease_region *region,
			const struct lease_entry *entry)
{
	const uint64_t least = region->align ? region->align : 1;

	return entry->align > least ? entry->align : least;
}

/* A device that cannot be cut is leased as a whole. */
static bool find_whole(const struct lease_map *map,
		       const struct lease_region *region,
		       const struct lease_entry *entry,
		       struct lease_choice *ret)
{
	const struct lease_extent *extent = map->extents;

	if (map->n != 1 || entry->wanted > region->size ||
	    (entry->align && entry->align != region->align))
		return false;
	*ret = (struct lease_choice){
		.ranges = { extent->range },
		.n = 1,
		.idle = extent->idle ? region->size : 0,
		.cost = extent->cost,
	};
	return true;
}

static bool find_in(const struct lease_map *map,
		    const struct lease_region *region,
		    const struct lease_entry *entry, struct lease_found *ret)
{
	const uint64_t unit = unit_of(region, entry);
	uint64_t size;

	ret->region = region;
	ret->align =
		entry->align && region->dynamic ? entry->align : region->align;
	if (!region->dynamic)
		return find_whole(map, region, entry, &ret->choice);
	if (__builtin_add_overflow(entry->wanted, unit - 1, &size))
		return false;
	return lease_choice_find(map, size - size % unit, unit, &ret->choice);
}

static bool is_of(const struct lease_region *region, const char *pool)
{
	return strcmp(region->pool->name, pool) == 0;
}

static int search_region(const struct lease_table *table,
			 const struct lease_region *region,
			 const struct lease_entry *entry,
			 lease_search_fn counts, const void *userdata,
			 struct lease_found *best)
{
	struct lease_found found;
	struct lease_map map = { 0 };
	int r = make_map(table, region, counts, userdata, &map);

	if (r == 0)
		r = exclude_ranges(&map, entry->passed_over,
				   entry->n_passed_over);
	if (r == 0 && find_in(&map, region, entry, &found) &&
	    (!best->region ||
	     lease_choice_is_better(&found.choice, &best->choice)))
		*best = found;
	lease_map_clear(&map);
	return r;
}

int lease_search_find(const struct lease_estate *estate,
		      const struct lease_table *table,
		      const struct lease_entry *entry, lease_search_fn counts,
		      const void *userdata, struct lease_found *ret)
{
	struct lease_found best = { .region = NULL };

	for (size_t i = 0; i < estate->n_regions; i++) {
		const struct lease_region *region = &estate->regions[i];
		int r;

		if (!is_of(region, entry->lease.grant.pool) ||
		    (entry->node >= 0 && entry->node != region->node))
			continue;
		r = search_region(table, region, entry, counts, userdata,
				  &best);
		if (r < 0)
			return r;
	}
	if (!best.region)
		return 0;
	*ret = best;
	return 1;
}

bool lease_search_shares(const struct lease_found *found,
			 const struct policy_grant *grant)
{
	for (size_t i = 0; i < found->choice.n; i++)
		if (policy_grant_has(grant, found->choice.ranges[i]))
			return true;
	return false;
}

/* @entry: without what would not leave for that; or NULL. */
static uint64_t largest_in(const struct lease_table *table,
			   const struct lease_region *region,
			   const struct lease_entry *entry)
{
	struct lease_map map = { 0 };
	uint64_t size = 0;
	int r = make_map(table, region, lease_search_is_ready, NULL, &map);

	if (r == 0 && entry)
		r = exclude_ranges(&map, entry->passed_over,
				   entry->n_passed_over);
	if (r == 0)
		size = region->dynamic
			       ? lease_choice_largest(&map, region->align)
			       : lease_map_total(&map);
	lease_map_clear(&map);
	return size;
}

static uint64_t find_largest(const struct lease_estate *estate,
			     const struct lease_table *table, const char *pool,
			     const struct lease_entry *entry)
{
	uint64_t largest = 0;

	for (size_t i = 0; i < estate->n_regions; i++) {
		const struct lease_region *region = &estate->regions[i];
		uint64_t here;

		if (!is_of(region, pool) ||
		    (entry && entry->node >= 0 && entry->node != region->node))
			continue;
		here = largest_in(table, region, entry);
		if (here > largest)
			largest = here;
	}
	return largest;
}

uint64_t lease_search_largest(const struct lease_estate *estate,
			      const struct lease_table *table, const char *pool)
{
	return find_largest(estate, table, pool, NULL);
}

uint64_t lease_search_largest_for(const struct lease_estate *estate,
				  const struct lease_table *table,
				  const struct lease_entry *entry)
{
	return find_largest(estate, table, entry->lease.grant.pool, entry);
}

static void count(struct lease_pool *pool, const struct lease_entry *entry)
{
	const struct lease *lease = &entry->lease;

	if (strcmp(lease->grant.pool, pool->policy->name) != 0)
		return;
	if (entry->reserve) {
		pool->ready += lease->grant.state == POLICY_GRANT_READY
				       ? lease->size
				       : 0;
	} else if (lease->waiting) {
		pool->n_waiting++;
	} else {
		pool->n_leases++;
		pool->leased += lease->size;
	}
}

void lease_search_figures(const struct lease_estate *estate,
			  const struct lease_table *table,
			  struct lease_pool *pool)
{
	pool->leased = pool->ready = 0;
	pool->n_leases = pool->n_waiting = 0;
	pool->largest = lease_search_largest(estate, table, pool->policy->name);
	for (size_t i = 0; i < table->n; i++)
		count(pool, table->entries[i]);
}
