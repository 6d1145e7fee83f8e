/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_MAP_H
#define BROKER_LEASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/range.h"

/* Memory of one region that could be leased. Pure. */
struct lease_extent {
	struct phys_range range;
	bool idle;     /* a device has it that goes as a whole; else it is free
			* and any part of it will do */
	uint64_t cost; /* of taking that device: pages that move, or any other
			* measure; 0 of what is free */
};

struct lease_map {
	struct lease_extent *extents; /* ascending, apart */
	size_t n;
};

void lease_map_clear(struct lease_map *map);

/* A copy: 0 or -ENOMEM. */
int lease_map_copy(const struct lease_map *from, struct lease_map *ret);

/* In any order; what overlaps is not taken. 0 or -ENOMEM. */
int lease_map_add(struct lease_map *map, const struct lease_extent *extent);

/* Takes @range out: of a device that is idle nothing is left. 0 or -ENOMEM. */
int lease_map_exclude(struct lease_map *map, struct phys_range range);

/* Bytes. */
uint64_t lease_map_total(const struct lease_map *map);

#endif
