/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_POOL_LAYOUT_H
#define POLICY_POOL_LAYOUT_H

#include "policy/grant.h"
#include "policy/layout.h"
#include "policy/pool.h"

/*
 * What a region of a pool is to be laid out into: a slice for each lease, and
 * for what is left of each granule. Returns 0 and *ret, to be freed with
 * policy_layout_free(); or -ENOMEM.
 */
int policy_pool_layout_make(const struct policy_pool *pool,
			    const struct policy_extent *extent,
			    const struct policy_grants *grants,
			    struct policy_layout **ret);

/* What the device of a lease is to be. */
struct policy_use policy_pool_layout_use(const struct policy_pool *pool,
					 const struct policy_grant *grant);

#endif
