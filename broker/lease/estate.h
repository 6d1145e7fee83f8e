/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_ESTATE_H
#define BROKER_LEASE_ESTATE_H

#include "broker/lease/choice.h"
#include "broker/lease/lease-pool.h"
#include "survey/survey.h"

/* The regions of pools, as the last pass has found them. Pure. */
struct lease_region {
	char *path;
	const struct policy_pool *pool;
	bool dynamic; /* else it is leased as a whole */
	bool busy;    /* jobs of it have begun since: what is free may not be
		       * what it was */
	uint64_t size, align; /* bytes */
	uint64_t granule;     /* bytes */
	int node;	      /* -1: unknown */
	struct phys_range whole;
	struct lease_map map; /* without what grants have */
};

struct lease_estate {
	struct lease_region *regions;
	size_t n_regions;
	struct lease_pool *pools; /* by name */
	size_t n_pools;
	struct policy_pool **policies; /* copies: it outlives a reload */
	size_t n_policies;
	bool known;   /* there was a pass */
	bool in_tree; /* the driver of devices is the kernel's own */
};

void lease_estate_clear(struct lease_estate *estate);

/* In place of what was there. 0; -ENOMEM: that stays. */
int lease_estate_take(struct lease_estate *estate, const struct survey *survey,
		      const struct policy_grants *grants);

/* NULL: there is none. */
struct lease_pool *lease_estate_pool(const struct lease_estate *estate,
				     const char *name);

/* The region in which @grant lies; NULL: none. */
struct lease_region *lease_estate_region(const struct lease_estate *estate,
					 const struct policy_grant *grant);

/* The device of @survey whose memory is that of @grant, or NULL. */
const struct plan_item *lease_estate_device(const struct survey *survey,
					    const struct policy_grant *grant);

/* True when that is the device's memory, and all of it. */
bool lease_estate_is_device(const struct facts_device *device,
			    const struct policy_grant *grant);

#endif
