// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease/estate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "survey/device-subject.h"

static void region_clear(struct lease_region *region)
{
	free(region->path);
	lease_map_clear(&region->map);
}

void lease_estate_clear(struct lease_estate *estate)
{
	for (size_t i = 0; i < estate->n_regions; i++)
		region_clear(&estate->regions[i]);
	for (size_t i = 0; i < estate->n_policies; i++) {
		policy_pool_done(estate->policies[i]);
		free(estate->policies[i]);
	}
	free(estate->policies);
	free(estate->regions);
	free(estate->pools);
	*estate = (struct lease_estate){ 0 };
}

static int copy_text(char **text)
{
	if (*text)
		*text = strdup(*text);
	return *text ? 0 : -ENOMEM;
}

static int copy_ids(struct policy_ids *ids)
{
	const uint32_t *from = ids->items;

	ids->items = calloc(ids->n + 1, sizeof(*ids->items));
	if (!ids->items)
		return -ENOMEM;
	if (ids->n > 0)
		memcpy(ids->items, from, ids->n * sizeof(*from));
	return 0;
}

/* Of @from, whose file may be read anew. */
static int copy_policy(const struct policy_pool *from, struct policy_pool *to)
{
	int r = 0;

	*to = *from;
	to->source = NULL;
	if (to->users && copy_text(&to->users) < 0)
		r = -ENOMEM;
	if (to->groups && copy_text(&to->groups) < 0)
		r = -ENOMEM;
	if (copy_ids(&to->uids) < 0)
		r = -ENOMEM;
	if (copy_ids(&to->gids) < 0)
		r = -ENOMEM;
	return r;
}

/* The copy of @pool; NULL: out of memory. */
static const struct policy_pool *own_policy(struct lease_estate *estate,
					    const struct policy_pool *pool)
{
	struct policy_pool *copy;

	for (size_t i = 0; i < estate->n_policies; i++)
		if (strcmp(estate->policies[i]->name, pool->name) == 0)
			return estate->policies[i];
	if (ARRAY_GROW(estate->policies, estate->n_policies) < 0)
		return NULL;
	copy = malloc(sizeof(*copy));
	if (!copy)
		return NULL;
	estate->policies[estate->n_policies++] = copy;
	return copy_policy(pool, copy) < 0 ? NULL : copy;
}

/* One device can have several ranges that lie side by side. */
static bool covers(const struct facts_device *device, size_t *at,
		   struct phys_range range)
{
	if (*at >= device->n_ranges || device->ranges[*at].start != range.start)
		return false;
	while (device->ranges[*at].end < range.end) {
		if (*at + 1 >= device->n_ranges ||
		    device->ranges[*at + 1].start !=
			    device->ranges[*at].end + 1)
			return false;
		++*at;
	}
	return device->ranges[(*at)++].end == range.end;
}

bool lease_estate_is_device(const struct facts_device *device,
			    const struct policy_grant *grant)
{
	size_t at = 0;

	if (!device->ranges_known || device->n_ranges == 0)
		return false;
	for (size_t i = 0; i < grant->n_ranges; i++)
		if (!covers(device, &at, grant->ranges[i]))
			return false;
	return at == device->n_ranges;
}

const struct plan_item *lease_estate_device(const struct survey *survey,
					    const struct policy_grant *grant)
{
	for (size_t i = 0; i < survey->n_items; i++)
		if (lease_estate_is_device(survey->items[i].device, grant))
			return &survey->items[i];
	return NULL;
}

static bool is_of_grants(const struct facts_device *device,
			 const struct policy_grants *grants)
{
	for (size_t i = 0; i < grants->n; i++)
		if (lease_estate_is_device(device, &grants->items[i]))
			return true;
	return false;
}

/* Something else says what becomes of it, or nothing good would. */
static bool is_kept(const struct plan_item *item)
{
	const struct policy_decision *decision = item->decision;
	const struct plan *plan = item->plan;

	return decision->faulty || decision->exclusion ||
	       decision->exclusion_unknown || decision->override ||
	       decision->override_unknown || plan_is_stranded(item->device) ||
	       (plan->outcome == PLAN_REFUSED &&
		(plan->refusal == PLAN_REFUSAL_POISONED ||
		 plan->refusal == PLAN_REFUSAL_FOREIGN));
}

/* A device that is idle, in granules: what is laid out goes one by one. */
static int add_idle(struct lease_region *region, struct phys_range range)
{
	const uint64_t granule = region->granule;
	struct lease_extent extent = { .range = range, .idle = true };
	int r = 0;

	if (!region->dynamic || granule == 0)
		return lease_map_add(&region->map, &extent);
	for (uint64_t at = range.start; r == 0;) {
		const uint64_t end = at - at % granule + (granule - 1);

		extent.range.start = at;
		extent.range.end = end < range.end ? end : range.end;
		r = lease_map_add(&region->map, &extent);
		if (extent.range.end == range.end)
			break;
		at = end + 1;
	}
	return r;
}

static int add_devices(struct lease_region *region, const struct survey *survey,
		       size_t index, const struct policy_grants *grants)
{
	int r = 0;

	for (size_t i = 0; i < survey->n_items && r == 0; i++) {
		const struct facts_device *device = survey->items[i].device;

		if (device->region != index || !device->ranges_known ||
		    is_kept(&survey->items[i]) || is_of_grants(device, grants))
			continue;
		for (size_t j = 0; j < device->n_ranges && r == 0; j++)
			r = add_idle(region, device->ranges[j]);
	}
	return r;
}

static int exclude_devices(struct lease_map *map, const struct survey *survey,
			   size_t index)
{
	int r = 0;

	for (size_t i = 0; i < survey->n_items; i++) {
		const struct facts_device *device = survey->items[i].device;

		if (device->region != index)
			continue;
		for (size_t j = 0; j < device->n_ranges && r == 0; j++)
			r = lease_map_exclude(map, device->ranges[j]);
	}
	return r;
}

/* What no device has. Where a device's memory is unknown, so is this. */
static int add_free(struct lease_region *region, const struct survey *survey,
		    size_t index)
{
	const struct lease_extent whole = { .range = region->whole };
	struct lease_map map = { 0 };
	int r;

	if (!region->dynamic || region->whole.end == 0)
		return 0;
	for (size_t i = 0; i < survey->n_items; i++)
		if (survey->items[i].device->region == index &&
		    !survey->items[i].device->ranges_known)
			return 0;
	r = lease_map_add(&map, &whole);
	if (r == 0)
		r = exclude_devices(&map, survey, index);
	for (size_t i = 0; i < map.n && r == 0; i++)
		r = lease_map_add(&region->map, &map.extents[i]);
	lease_map_clear(&map);
	return r;
}

/* That of its first device decides for the region. */
static const struct policy_pool *pool_of(const struct survey *survey,
					 size_t index)
{
	for (size_t i = 0; i < survey->n_items; i++)
		if (survey->items[i].device->region == index)
			return survey->items[i].decision->pool;
	return NULL;
}

/* As what lays it out takes it to be. */
static struct phys_range whole_of(const struct facts_snapshot *snapshot,
				  size_t index)
{
	struct phys_range whole = { 0, 0 };
	struct policy_extent extent;
	size_t first;

	if (facts_region_devices(snapshot, index, &first) == 0)
		return whole;
	extent = survey_device_subject(snapshot, &snapshot->devices[first])
			 .extent;
	if (extent.start_known && extent.size > 0 &&
	    extent.size - 1 <= UINT64_MAX - extent.start)
		whole = (struct phys_range){ extent.start,
					     extent.start + extent.size - 1 };
	return whole;
}

static int take_region(struct lease_estate *estate, const struct survey *survey,
		       size_t index, const struct policy_grants *grants)
{
	const struct facts_snapshot *snapshot = survey->snapshot;
	const struct facts_region *from = &snapshot->regions[index];
	const struct policy_pool *pool = pool_of(survey, index);
	struct lease_region *region;
	int r;

	if (!pool)
		return 0;
	if (ARRAY_GROW(estate->regions, estate->n_regions) < 0)
		return -ENOMEM;
	region = &estate->regions[estate->n_regions++];
	*region = (struct lease_region){
		.path = strdup(from->path),
		.dynamic = from->dynamic,
		.size = from->size,
		.align = from->align,
		.granule =
			policy_pool_granule(pool, snapshot->kernel.block_size),
		.node = from->target_node,
		.whole = whole_of(snapshot, index),
	};
	region->pool = own_policy(estate, pool);
	r = region->path && region->pool ? 0 : -ENOMEM;
	if (r == 0)
		r = add_devices(region, survey, index, grants);
	if (r == 0)
		r = add_free(region, survey, index);
	return r;
}

static int add_pool(struct lease_estate *estate,
		    const struct lease_region *region)
{
	struct lease_pool *pool = lease_estate_pool(estate, region->pool->name);
	size_t at = estate->n_pools;

	if (!pool) {
		if (ARRAY_GROW(estate->pools, estate->n_pools) < 0)
			return -ENOMEM;
		while (at > 0 && strcmp(estate->pools[at - 1].policy->name,
					region->pool->name) > 0) {
			estate->pools[at] = estate->pools[at - 1];
			at--;
		}
		pool = &estate->pools[at];
		*pool = (struct lease_pool){ .policy = region->pool };
		estate->n_pools++;
	}
	pool->size += region->size;
	if (!pool->granule || region->granule > pool->granule)
		pool->granule = region->granule;
	return 0;
}

int lease_estate_take(struct lease_estate *estate, const struct survey *survey,
		      const struct policy_grants *grants)
{
	const struct facts_kernel *kernel = &survey->snapshot->kernel;
	struct lease_estate taken = {
		.known = true,
		.in_tree = kernel->has_device_dax && !kernel->device_dax_attach,
	};
	int r = 0;

	for (size_t i = 0; i < survey->snapshot->n_regions && r == 0; i++)
		r = take_region(&taken, survey, i, grants);
	for (size_t i = 0; i < taken.n_regions && r == 0; i++)
		r = add_pool(&taken, &taken.regions[i]);
	if (r < 0) {
		lease_estate_clear(&taken);
		return r;
	}
	lease_estate_clear(estate);
	*estate = taken;
	return 0;
}

struct lease_pool *lease_estate_pool(const struct lease_estate *estate,
				     const char *name)
{
	for (size_t i = 0; i < estate->n_pools; i++)
		if (strcmp(estate->pools[i].policy->name, name) == 0)
			return &estate->pools[i];
	return NULL;
}

struct lease_region *lease_estate_region(const struct lease_estate *estate,
					 const struct policy_grant *grant)
{
	for (size_t i = 0; i < estate->n_regions; i++)
		if (grant->n_ranges > 0 &&
		    phys_range_contains(estate->regions[i].whole,
					grant->ranges[0]))
			return &estate->regions[i];
	return NULL;
}
