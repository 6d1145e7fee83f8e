// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease-serve.h"

#include <errno.h>
#include <string.h>

#include "basic/array.h"
#include "basic/text.h"
#include "broker/lease-measure.h"
#include "broker/lease-reclaim.h"
#include "broker/lease-refusal.h"
#include "broker/lease/lease-search.h"
#include "broker/lease/remnant.h"

/* So often a request gets other memory, with the reason unknown and known. */
#define BLIND_MAX 4
#define PASSED_OVER_MAX 64

/* What its memory must go through. Of what is or becomes system RAM nothing is
 * known, and what jobs that run do to the rest is not known yet. */
static void set_content(struct policy_grant *grant,
			const struct lease_found *found,
			const struct lease_entry *entry,
			const struct policy_grants *grants)
{
	const struct policy_pool *pool = found->region->pool;
	const struct policy_remnant *whole;
	enum remnant_content content;

	grant->clear = POLICY_CLEAR_ZERO;
	grant->incarnation[0] = '\0';
	if (found->region->busy)
		return;
	content = lease_remnant_find(grants, grant->ranges, grant->n_ranges,
				     grant->uid, &whole);
	if (content == REMNANT_IS_ZERO) {
		grant->clear = POLICY_CLEAR_NO;
	} else if (content == REMNANT_IS_OWN && !entry->zero &&
		   pool->scrub == POLICY_SCRUB_NO) {
		grant->clear = POLICY_CLEAR_NO;
		if (whole)
			memcpy(grant->incarnation, whole->incarnation,
			       sizeof(grant->incarnation));
	}
}

/* Those whose memory it gets are no more. */
static int drop_ready(const struct lease_desk *desk,
		      const struct lease_found *found,
		      struct policy_grants *draft)
{
	int r = 0;

	for (size_t i = 0; i < desk->table.n && r == 0; i++) {
		const struct policy_grant *grant =
			&desk->table.entries[i]->lease.grant;

		if (!lease_search_is_ready(desk->table.entries[i], NULL) ||
		    !lease_search_shares(found, grant))
			continue;
		policy_grants_drop(draft, grant->id);
		r = lease_remnant_add(draft, grant, true);
	}
	return r;
}

static void forget_ready(struct lease_desk *desk,
			 const struct lease_found *found)
{
	for (size_t i = desk->table.n; i-- > 0;) {
		struct lease_entry *other = desk->table.entries[i];

		if (!lease_search_is_ready(other, NULL) ||
		    !lease_search_shares(found, &other->lease.grant))
			continue;
		other->lease.grant.n_ranges = 0;
		desk_remove(desk, other);
	}
}

static int grant_memory(struct lease_desk *desk, struct lease_entry *entry,
			const struct lease_found *found)
{
	struct policy_grant grant = entry->lease.grant;
	struct policy_grants draft;
	int r = lease_ledger_draft(&desk->ledger, &draft);

	if (r < 0)
		return r;
	grant.state = POLICY_GRANT_MAKING;
	grant.align = found->align;
	grant.n_ranges = found->choice.n;
	memcpy(grant.ranges, found->choice.ranges, sizeof(grant.ranges));
	r = drop_ready(desk, found, &draft);
	if (r < 0) {
		policy_grants_clear(&draft);
		return r;
	}
	set_content(&grant, found, entry, &draft);
	r = desk_commit(desk, entry, &grant, true, &draft);
	if (r < 0)
		return r;
	forget_ready(desk, found);
	entry->lease.node = found->region->node;
	entry->retry_at = 0;
	desk_report(desk, entry);
	return 1;
}

/* 1: it has memory; 0: there is none; or a negative errno. */
static int serve(struct lease_desk *desk, struct lease_entry *entry)
{
	struct lease_found found;
	int r;

	if (entry->blind >= BLIND_MAX ||
	    entry->n_passed_over >= PASSED_OVER_MAX)
		return 0;
	r = lease_search_find(&desk->estate, &desk->table, entry, NULL, NULL,
			      &found);
	if (r == 0 && !entry->reserve)
		r = lease_search_find(&desk->estate, &desk->table, entry,
				      lease_search_is_ready, NULL, &found);
	return r > 0 ? grant_memory(desk, entry, &found) : r;
}

static void refuse(struct lease_desk *desk, struct lease_entry *entry,
		   int error)
{
	const uint64_t id = entry->lease.grant.id;
	_cleanup_free_ char *text =
		error == -EBUSY ? lease_refusal_describe(desk, entry)
				: text_format("It cannot be written: %s.",
					      strerror(-error));

	if (error != -ENOMEM)
		error = -EBUSY;
	desk_refuse(entry, error, text);
	/* The answer may have led to anything. */
	entry = lease_table_find(&desk->table, id);
	if (entry)
		desk_remove(desk, entry);
}

/* Even with all that others have there would not be so much: it would keep all
 * those behind it waiting. What has changed since the pass is not counted. */
static bool is_hopeless(const struct lease_desk *desk,
			const struct lease_entry *entry)
{
	struct lease_entry whole = *entry;
	struct lease_found found;

	whole.n_passed_over = 0;
	return !desk->changed &&
	       lease_search_find(&desk->estate, &desk->table, &whole,
				 lease_search_is_any, NULL, &found) == 0;
}

/* All of it may have left by then. */
static void try_all_again_later(struct lease_desk *desk,
				struct lease_entry *entry)
{
	if (!entry->n_passed_over && !entry->blind)
		return;
	entry->n_passed_over = 0;
	entry->blind = 0;
	desk_retry_later(desk, entry);
}

/* True: the next one is the head. */
static bool serve_head(struct lease_desk *desk, struct lease_entry *head)
{
	int r;

	if (head->retry_at > desk_now(desk))
		return false;
	head->retry_at = 0;
	if (lease_measure_begin(desk, head, lease_serve_all))
		return false;
	r = serve(desk, head);
	if (r > 0)
		return true;
	if (r < 0 || !head->patient || is_hopeless(desk, head)) {
		refuse(desk, head, r < 0 ? r : -EBUSY);
		return true;
	}
	try_all_again_later(desk, head);
	lease_reclaim_for(desk, head);
	return false;
}

/* Bytes that are in reserve, or will be; in *ret_waiting one for which there
 * was no memory, or NULL. */
static uint64_t reserved(const struct lease_desk *desk, const char *pool,
			 struct lease_entry **ret_waiting)
{
	uint64_t bytes = 0;

	*ret_waiting = NULL;
	for (size_t i = 0; i < desk->table.n; i++) {
		struct lease_entry *entry = desk->table.entries[i];

		if (!entry->reserve ||
		    strcmp(entry->lease.grant.pool, pool) != 0)
			continue;
		bytes += entry->wanted;
		if (entry->lease.waiting)
			*ret_waiting = entry;
	}
	return bytes;
}

static struct lease_entry *add_reserve(struct lease_desk *desk,
				       const struct lease_pool *pool)
{
	struct lease_entry *entry =
		lease_table_add(&desk->table, 0, desk_real_now(desk));

	if (!entry)
		return NULL;
	memcpy(entry->lease.grant.pool, pool->policy->name,
	       sizeof(entry->lease.grant.pool));
	entry->lease.waiting = true;
	entry->lease.size = entry->wanted = pool->granule;
	entry->lease.grant.since = desk_real_now(desk);
	entry->reserve = true;
	entry->zero = true;
	return entry;
}

/* As many as Reserve= says, of a granule each, as long as there is memory. */
static void fill_reserve(struct lease_desk *desk, const struct lease_pool *pool)
{
	struct lease_entry *entry;

	for (;;) {
		uint64_t bytes = reserved(desk, pool->policy->name, &entry);

		if (!entry && pool->granule && bytes < pool->policy->reserve)
			entry = add_reserve(desk, pool);
		if (!entry || entry->retry_at > desk_now(desk))
			return;
		entry->retry_at = 0;
		if (serve(desk, entry) > 0)
			continue;
		try_all_again_later(desk, entry);
		return;
	}
}

/* One that may not wait, and does; NULL: there is none. */
static struct lease_entry *find_impatient(const struct lease_desk *desk,
					  const char *pool)
{
	for (size_t i = 0; i < desk->table.n; i++) {
		struct lease_entry *entry = desk->table.entries[i];

		if (entry->lease.waiting && !entry->patient &&
		    !entry->reserve &&
		    strcmp(entry->lease.grant.pool, pool) == 0)
			return entry;
	}
	return NULL;
}

/* Behind others they cannot be served at once. */
static void refuse_impatient(struct lease_desk *desk, const char *pool)
{
	struct lease_entry *entry;

	while (!desk->measurer && (entry = find_impatient(desk, pool)))
		refuse(desk, entry, -EBUSY);
}

void lease_serve_pool(struct lease_desk *desk, const char *pool)
{
	const struct lease_pool *known = lease_estate_pool(&desk->estate, pool);
	struct lease_entry *head;

	while (known && !desk->stopping &&
	       (head = lease_table_head(&desk->table, pool)))
		if (!serve_head(desk, head))
			break;
	if (known && !desk->stopping)
		refuse_impatient(desk, pool);
	if (known && !desk->stopping &&
	    !lease_table_waiting(&desk->table, pool))
		fill_reserve(desk, known);
	desk_arm(desk);
}

void lease_serve_all(struct lease_desk *desk)
{
	for (size_t i = 0; i < desk->estate.n_pools; i++)
		lease_serve_pool(desk, desk->estate.pools[i].policy->name);
}

void lease_serve_pass_over(struct lease_desk *desk, struct lease_entry *entry,
			   const struct phys_range *ranges, size_t n,
			   bool blind, char *why)
{
	char pool[POLICY_NAME_MAX];
	int r = 0;

	memcpy(pool, entry->lease.grant.pool, sizeof(pool));
	free(entry->obstacle);
	entry->obstacle = why;
	for (size_t i = 0; i < n && r == 0; i++)
		r = lease_table_pass_over(entry, ranges[i]);
	if (r == 0)
		r = desk_drop(desk, entry, false, false);
	if (r < 0) {
		refuse(desk, entry, r);
		lease_serve_pool(desk, pool);
		return;
	}
	entry->blind += blind;
	entry->lease.waiting = true;
	entry->lease.size = entry->wanted;
	entry->lease.grant.state = POLICY_GRANT_MAKING;
	desk_report(desk, entry);
	lease_serve_pool(desk, pool);
}
