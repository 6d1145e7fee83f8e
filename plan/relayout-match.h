/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_RELAYOUT_MATCH_H
#define PLAN_RELAYOUT_MATCH_H

#include "facts/model/model.h"
#include "plan/plan.h"

/*
 * Which devices of a region are slices of its layout already, and where the
 * missing slices go. Pure.
 */

/* No index: no device, or no slice. */
#define RELAYOUT_NONE SIZE_MAX

struct relayout_device {
	const struct facts_device *device;
	bool may_change; /* the policy of the layout decides it: it may be
			  * changed and destroyed */
	size_t slice;	 /* that it is, or RELAYOUT_NONE */
	bool by_size;	 /* it is elsewhere than the policy would put it */
	bool in_the_way; /* it is none, and a slice needs memory of it; or the
			  * layout is fixed */
};

struct relayout_slice {
	size_t device; /* that is this slice, or RELAYOUT_NONE */
	bool found;    /* @ranges is where it is, or where it goes */
	bool left_out; /* idle memory of a pool that something else has */
	struct phys_range range;	 /* where the layout is not fixed */
	const struct phys_range *ranges; /* ascending; of the layout, or that */
	size_t n_ranges;
};

struct relayout_match {
	const struct facts_region *region;
	const struct policy_layout *layout;
	uint64_t block_size;
	struct relayout_device *devices; /* of the region, in their order */
	size_t n_devices;
	struct relayout_slice *slices; /* one for each slice */
	size_t no_room; /* a slice that there is no room for beside what
			 * may not change, or RELAYOUT_NONE */
};

/* Fills everything in but region, layout, block_size and, of the devices,
 * device and may_change, which the caller has set with slice at RELAYOUT_NONE.
 */
void relayout_match_find(struct relayout_match *match);

/* True when the memory of the slice and of @device have bytes in common. */
bool relayout_match_needs(const struct relayout_slice *slice,
			  const struct facts_device *device);

/* True when @range and the memory of @device have bytes in common. */
bool relayout_match_overlaps(const struct facts_device *device,
			     struct phys_range range);

#endif
