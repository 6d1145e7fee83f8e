/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_COST_H
#define BROKER_LEASE_COST_H

#include "broker/lease/map.h"
#include "facts/model/page-kind.h"

/* What it costs to have a device that is idle leave: by what its memory is in
 * use for, as far as that was measured. Pure. */

/* Of one that was not measured: more than of any other. */
#define LEASE_COST_UNKNOWN (UINT64_C(1) << 32)

struct lease_cost {
	uint64_t start; /* of its memory */
	uint64_t cost;
};

struct lease_costs {
	struct lease_cost *items;
	size_t n;
	uint64_t at; /* CLOCK_MONOTONIC, us: when; 0: never */
};

void lease_costs_clear(struct lease_costs *costs);

/* By the kinds of some of its pages, which are as many for each device. */
uint64_t lease_cost_of(const unsigned int counts[FACTS_PAGE_KINDS]);

/* 0 or -ENOMEM. */
int lease_costs_add(struct lease_costs *costs, uint64_t start, uint64_t cost);

/* Gives what is idle in @map its cost. */
void lease_costs_apply(const struct lease_costs *costs, struct lease_map *map);

#endif
