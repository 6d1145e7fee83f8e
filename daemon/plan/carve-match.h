/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_CARVE_MATCH_H
#define PLAN_CARVE_MATCH_H

#include "daemon/facts/snapshot.h"
#include "daemon/plan/plan.h"

/*
 * Which devices of a region are already what it is to be carved into, and
 * where the pieces lie that are not there yet. Pure.
 */

#define CARVE_NONE SIZE_MAX

struct carve_device {
	const struct facts_device *device;
	bool ours;	 /* the policy of the carving decides it: it may be
			  * changed and destroyed */
	size_t piece;	 /* that it stands for, or CARVE_NONE */
	bool by_size;	 /* it does so elsewhere than the policy would put it */
	bool in_the_way; /* it stands for none, where others are to be */
};

struct carve_place {
	size_t device; /* that is this piece, or CARVE_NONE */
	bool found;    /* @range is where it is, or is to be */
	struct phys_range range;
};

struct carve_match {
	const struct facts_region *region;
	const struct policy_carving *carving;
	uint64_t block_size;
	struct carve_device *devices; /* of the region, in their order */
	size_t n_devices;
	struct carve_place *places; /* one for each piece */
	size_t misplaced; /* a piece that there is no room for beside what is
			   * not ours, or CARVE_NONE */
};

/* Fills everything in but region, carving, block_size and, of the devices,
 * device and ours, which the caller has set with piece at CARVE_NONE. */
void carve_match_find(struct carve_match *match);

/* True when @range and the memory of @device have bytes in common. */
bool carve_overlaps(const struct facts_device *device, struct phys_range range);

#endif
