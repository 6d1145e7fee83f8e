/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_QUOTA_H
#define BROKER_LEASE_QUOTA_H

#include "broker/lease/lease.h"
#include "policy/pool.h"

/* What a user may have. Pure. */

/* Of leases, and of requests that wait, in all pools. Root may have more. */
#define QUOTA_LEASES 256
#define QUOTA_WAITING 16

/* What a user has, requests included. */
struct lease_quota {
	unsigned int n_leases, n_waiting; /* in all pools */
	uint64_t bytes;			  /* in this one */
};

/* Adds @lease to what @uid has, if it is that user's. */
void lease_quota_count(struct lease_quota *quota, const struct lease *lease,
		       const char *pool, uid_t uid);

/*
 * Whether @size bytes more of @pool may be asked for by @request. 0; or a
 * negative errno and *ret_why, a sentence to be freed (NULL: out of memory).
 */
int lease_quota_check(const struct lease_quota *quota,
		      const struct policy_pool *pool,
		      const struct lease_request *request, uint64_t size,
		      char **ret_why);

#endif
