// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease/lease-pool.h"

#include <inttypes.h>
#include <stdio.h>

static void put_number(act_fact_fn fact, void *userdata, const char *name,
		       uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	fact(name, text, true, userdata);
}

void lease_pool_facts(const struct lease_pool *pool, act_fact_fn fact,
		      void *userdata)
{
	const struct policy_pool *policy = pool->policy;

	fact("name", policy->name, false, userdata);
	fact("idle", policy_pool_idle_words[policy->idle], false, userdata);
	fact("scrub", policy_pool_scrub_words[policy->scrub], false, userdata);
	put_number(fact, userdata, "granule", pool->granule);
	put_number(fact, userdata, "reserve", policy->reserve);
	put_number(fact, userdata, "min_lease", policy->min_lease);
	put_number(fact, userdata, "max_lease", policy->max_lease);
	put_number(fact, userdata, "max_per_user", policy->max_per_user);
	put_number(fact, userdata, "size", pool->size);
	put_number(fact, userdata, "leased", pool->leased);
	put_number(fact, userdata, "ready", pool->ready);
	put_number(fact, userdata, "largest", pool->largest);
	put_number(fact, userdata, "leases", pool->n_leases);
	put_number(fact, userdata, "waiting", pool->n_waiting);
}
