/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_LEASE_SEARCH_H
#define BROKER_LEASE_LEASE_SEARCH_H

#include "broker/lease/estate.h"
#include "broker/lease/lease-table.h"

/* Which memory of a pool a request could have. Nothing is changed. */
struct lease_found {
	const struct lease_region *region;
	struct lease_choice choice;
	uint64_t align; /* bytes */
};

/* Whether the memory of @other, which has a grant, counts as free. */
typedef bool (*lease_search_fn)(const struct lease_entry *other,
				const void *userdata);

/* 1 and *ret; 0: there is none; -ENOMEM. @counts as free, or NULL: none. */
int lease_search_find(const struct lease_estate *estate,
		      const struct lease_table *table,
		      const struct lease_entry *entry, lease_search_fn counts,
		      const void *userdata, struct lease_found *ret);

/* Those that are kept in reserve. */
bool lease_search_is_ready(const struct lease_entry *other,
			   const void *userdata);

/* All of them: what could ever be had. */
bool lease_search_is_any(const struct lease_entry *other, const void *userdata);

/* True when they have a byte in common. */
bool lease_search_shares(const struct lease_found *found,
			 const struct policy_grant *grant);

/* The most that one lease of @pool could have, if everything idle leaves. */
uint64_t lease_search_largest(const struct lease_estate *estate,
			      const struct lease_table *table,
			      const char *pool);

/* The same for @entry: where it may be, without what would not leave for it. */
uint64_t lease_search_largest_for(const struct lease_estate *estate,
				  const struct lease_table *table,
				  const struct lease_entry *entry);

/* Sets what is leased of @pool, and what could be. */
void lease_search_figures(const struct lease_estate *estate,
			  const struct lease_table *table,
			  struct lease_pool *pool);

#endif
