// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease/cost.h"

#include <stdlib.h>

#include "basic/array.h"

/* To move a page of a process costs a copy, to drop one of the page cache often
 * nothing. What is held, or the kernel's, may not leave at all. */
static const unsigned int weights[FACTS_PAGE_KINDS] = {
	[FACTS_PAGE_FILE] = 1,	   [FACTS_PAGE_ANON] = 2,
	[FACTS_PAGE_MLOCKED] = 3,  [FACTS_PAGE_KERNEL] = 4,
	[FACTS_PAGE_HUGETLB] = 16, [FACTS_PAGE_BALLOONED] = 16,
	[FACTS_PAGE_HELD] = 64,	   [FACTS_PAGE_SLAB] = 64,
	[FACTS_PAGE_TABLE] = 64,   [FACTS_PAGE_POISONED] = 64,
};

void lease_costs_clear(struct lease_costs *costs)
{
	free(costs->items);
	*costs = (struct lease_costs){ 0 };
}

uint64_t lease_cost_of(const unsigned int counts[FACTS_PAGE_KINDS])
{
	uint64_t cost = 0;

	for (size_t i = 0; i < FACTS_PAGE_KINDS; i++)
		cost += (uint64_t)counts[i] * weights[i];
	return cost;
}

int lease_costs_add(struct lease_costs *costs, uint64_t start, uint64_t cost)
{
	if (ARRAY_GROW(costs->items, costs->n) < 0)
		return -ENOMEM;
	costs->items[costs->n++] = (struct lease_cost){ start, cost };
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct lease_cost *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

void lease_costs_apply(const struct lease_costs *costs, struct lease_map *map)
{
	if (costs->n > 0)
		qsort(costs->items, costs->n, sizeof(*costs->items), compare);
	for (size_t i = 0; i < map->n; i++) {
		const struct lease_cost key = { map->extents[i].range.start,
						0 };
		const struct lease_cost *found =
			costs->n ? bsearch(&key, costs->items, costs->n,
					   sizeof(key), compare)
				 : NULL;

		if (map->extents[i].idle)
			map->extents[i].cost =
				found ? found->cost : LEASE_COST_UNKNOWN;
	}
}
