// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease-measure.h"

#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/cleanup.h"
#include "broker/lease/lease-search.h"

/* What was measured is old after that. */
#define VALID_USEC (5 * UINT64_C(1000000))

static bool is_fresh(const struct lease_desk *desk)
{
	return desk->costs.at && desk_now(desk) - desk->costs.at < VALID_USEC;
}

void lease_measure_apply(struct lease_desk *desk)
{
	if (!is_fresh(desk))
		return;
	for (size_t i = 0; i < desk->estate.n_regions; i++)
		lease_costs_apply(&desk->costs, &desk->estate.regions[i].map);
}

static void on_measured(const uint64_t *costs, size_t n, void *userdata)
{
	struct lease_desk *desk = userdata;

	lease_costs_clear(&desk->costs);
	for (size_t i = 0; i < n && i < desk->n_measured; i++)
		if (lease_costs_add(&desk->costs, desk->measured[i].start,
				    costs[i]) < 0)
			break;
	desk->costs.at = desk_now(desk);
	desk->outside.interface->measure_free(TAKE_PTR(desk->measurer));
	lease_measure_apply(desk);
	desk->when_measured(desk);
}

/* All that is idle in the pool. */
static int collect(struct lease_desk *desk, const char *pool)
{
	desk->n_measured = 0;
	for (size_t i = 0; i < desk->estate.n_regions; i++) {
		const struct lease_region *region = &desk->estate.regions[i];

		if (strcmp(region->pool->name, pool) != 0)
			continue;
		for (size_t j = 0; j < region->map.n; j++) {
			if (!region->map.extents[j].idle)
				continue;
			if (ARRAY_GROW(desk->measured, desk->n_measured) < 0)
				return -ENOMEM;
			desk->measured[desk->n_measured++] =
				region->map.extents[j].range;
		}
	}
	return 0;
}

/* Something idle must go, and there is a choice. */
static bool is_useful(struct lease_desk *desk, const struct lease_entry *entry)
{
	struct lease_found found;

	return lease_search_find(&desk->estate, &desk->table, entry, NULL, NULL,
				 &found) > 0 &&
	       found.choice.idle > 0 &&
	       found.region->pool->idle == POLICY_IDLE_SYSTEM_RAM &&
	       collect(desk, entry->lease.grant.pool) == 0 &&
	       desk->n_measured > 1;
}

bool lease_measure_begin(struct lease_desk *desk,
			 const struct lease_entry *entry,
			 lease_measure_fn measured)
{
	const struct broker_interface *interface = desk->outside.interface;

	if (desk->measurer)
		return true;
	if (is_fresh(desk) || !is_useful(desk, entry))
		return false;
	desk->when_measured = measured;
	if (interface->measure_start(interface->outside, desk->measured,
				     desk->n_measured, on_measured, desk,
				     &desk->measurer) == 0)
		return true;
	/* Then without: any will do. */
	desk->costs.at = desk_now(desk);
	return false;
}
