/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_CHOICE_H
#define BROKER_LEASE_CHOICE_H

#include "broker/lease/map.h"
#include "policy/grant.h"

/* Which memory a lease gets. Pure. */
struct lease_choice {
	struct phys_range ranges[POLICY_GRANT_RANGES_MAX]; /* ascending */
	size_t n;
	uint64_t idle; /* bytes of devices that must go for it */
	uint64_t cost; /* of these */
};

/*
 * @size bytes of @map, a multiple of @align, in ranges that begin at multiples
 * of it: one range if there is one, of what is free if there is enough, else
 * where least must go. False: there is not so much.
 */
bool lease_choice_find(const struct lease_map *map, uint64_t size,
		       uint64_t align, struct lease_choice *ret);

/* True when @a is to be preferred. */
bool lease_choice_is_better(const struct lease_choice *a,
			    const struct lease_choice *b);

/* How much it could find at most. */
uint64_t lease_choice_largest(const struct lease_map *map, uint64_t align);

#endif
