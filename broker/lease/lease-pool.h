/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_LEASE_POOL_H
#define BROKER_LEASE_LEASE_POOL_H

#include "act/failure.h"
#include "policy/pool.h"

/* A pool, as the last pass has found it. */
struct lease_pool {
	const struct policy_pool *policy;
	uint64_t size;			 /* bytes, of all its regions */
	uint64_t granule;		 /* bytes */
	uint64_t leased, ready, largest; /* bytes */
	unsigned int n_leases, n_waiting;
};

/* Calls @fact for each fact that applies: docs/org.daxbroker1.5. */
void lease_pool_facts(const struct lease_pool *pool, act_fact_fn fact,
		      void *userdata);

#endif
