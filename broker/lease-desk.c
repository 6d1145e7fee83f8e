// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease-desk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "basic/text.h"
#include "broker/desk.h"
#include "broker/lease-ending.h"
#include "broker/lease-handover.h"
#include "broker/lease-measure.h"
#include "broker/lease-poison.h"
#include "broker/lease-reclaim.h"
#include "broker/lease-refusal.h"
#include "broker/lease-restart.h"
#include "broker/lease-serve.h"
#include "broker/lease-turn.h"
#include "broker/lease/lease-search.h"
#include "broker/lease/quota.h"

/* Memory takes the place of what was given of Reserve= after so long: who
 * got it has questions first, and may come for more. */
#define REFILL_USEC UINT64_C(100000)

static void time_out(struct lease_desk *desk, struct lease_entry *entry)
{
	const uint64_t id = entry->lease.grant.id;
	_cleanup_free_ char *text = lease_refusal_describe(desk, entry);

	desk_refuse(entry, -ETIMEDOUT, text);
	entry = lease_table_find(&desk->table, id);
	if (entry)
		desk_remove(desk, entry);
}

static void turn_time(struct lease_desk *desk, struct lease_entry *entry)
{
	const uint64_t now = desk_now(desk);

	if (entry->answer && entry->until <= now) {
		time_out(desk, entry);
		return;
	}
	if (entry->retry_at && entry->retry_at <= now) {
		entry->retry_at = 0;
		/* Else its turn comes with the others. */
		if (!entry->lease.waiting)
			lease_ending_retry(desk, entry);
		return;
	}
	lease_reclaim_due(desk, entry);
}

static void on_timer(void *userdata)
{
	struct lease_desk *desk = userdata;
	_cleanup_free_ uint64_t *ids = calloc(desk->table.n + 1, sizeof(*ids));
	const size_t n = desk->table.n;

	for (size_t i = 0; ids && i < n; i++)
		ids[i] = desk->table.entries[i]->lease.grant.id;
	for (size_t i = 0; ids && i < n; i++) {
		struct lease_entry *entry =
			lease_table_find(&desk->table, ids[i]);

		if (entry)
			turn_time(desk, entry);
	}
	if (desk->refill_at <= desk_now(desk))
		desk->refill_at = 0;
	lease_serve_all(desk);
	desk_arm(desk);
}

int lease_desk_new(const struct desk_outside *outside, struct lease_desk **ret)
{
	const struct broker_interface *interface = outside->interface;
	struct lease_desk *desk = calloc(1, sizeof(*desk));
	int r;

	if (!desk)
		return -ENOMEM;
	desk->outside = *outside;
	desk->ledger.root_fd = outside->root_fd;
	r = interface->timer_new(interface->outside, on_timer, desk,
				 &desk->timer);
	if (r < 0) {
		free(desk);
		return r;
	}
	*ret = desk;
	return 0;
}

void lease_desk_free(struct lease_desk *desk)
{
	if (!desk)
		return;
	for (size_t i = 0; i < desk->table.n; i++)
		desk->outside.interface->watch_free(
			desk->table.entries[i]->watch);
	desk->outside.interface->measure_free(desk->measurer);
	free(desk->measured);
	lease_costs_clear(&desk->costs);
	lease_table_clear(&desk->table);
	lease_estate_clear(&desk->estate);
	desk->outside.interface->timer_free(desk->timer);
	free(desk);
}

void lease_desk_load(struct lease_desk *desk, struct policy_grants *grants)
{
	if (lease_ledger_attach(&desk->ledger, grants))
		lease_restart_take(desk);
}

bool lease_desk_take(struct lease_desk *desk, const struct pass *pass)
{
	if (!desk->ledger.in_force)
		return false;
	desk->changed = false;
	if (lease_estate_take(&desk->estate, pass->survey,
			      desk->ledger.in_force) < 0) {
		log_error("Out of memory: what the pass has found of pools is "
			  "not known");
		for (size_t i = 0; i < desk->estate.n_regions; i++)
			desk->estate.regions[i].busy = true;
		return false;
	}
	lease_measure_apply(desk);
	desk->taking = true;
	lease_turn_take(desk, pass);
	desk->taking = false;
	desk_arm(desk);
	return desk->changed;
}

void lease_desk_job_ended(struct lease_desk *desk, const struct pass *pass,
			  const struct plan *plan,
			  const struct act_result *result)
{
	if (desk->ledger.in_force)
		lease_turn_job_ended(desk, pass, plan, result);
}

void lease_desk_stop(struct lease_desk *desk)
{
	desk->stopping = true;
	for (size_t i = desk->table.n; i-- > 0;) {
		if (i >= desk->table.n || !desk->table.entries[i]->answer)
			continue;
		desk_refuse(desk->table.entries[i], -ESHUTDOWN,
			    "daxbrokerd is being stopped.");
	}
}

static void answer_error(lease_answer_fn answer, void *userdata, int error,
			 const char *message)
{
	const struct lease_answer a = {
		.error = error,
		.message = message ?: "Out of memory.",
		.device_fd = -1,
		.lease_fd = -1,
	};

	answer(&a, userdata);
}

/* The client's words, if they are such as a grant can have; systemd knows the
 * unit, so one that could not be written is none. */
static int take_words(struct policy_grant *grant,
		      const struct lease_request *request)
{
	struct policy_grant probe;
	struct policy_grants none = { 0 };
	int r;

	if (strlen(request->name) >= sizeof(grant->name))
		return -EINVAL;
	strcpy(grant->name, request->name);
	if (request->unit && strlen(request->unit) < sizeof(grant->unit))
		strcpy(grant->unit, request->unit);
	probe = *grant;
	probe.n_ranges = 1;
	r = policy_grants_put(&none, &probe);
	if (r == -EINVAL) {
		grant->unit[0] = probe.unit[0] = '\0';
		r = policy_grants_put(&none, &probe);
	}
	policy_grants_clear(&none);
	return r;
}

static bool is_power_of_two(uint64_t n)
{
	return n && !(n & (n - 1));
}

/* Memory that has failed stays with a lease that has ended, and is no use to
 * its user. */
static bool counts(const struct lease_entry *entry)
{
	return !entry->reserve && !entry->poison_reported;
}

/* The pool, and all that can be said against the request at once. */
static int check(const struct lease_desk *desk,
		 const struct lease_request *request,
		 struct policy_grant *grant, char **ret_why)
{
	const struct lease_pool *pool =
		lease_estate_pool(&desk->estate, request->pool);
	struct lease_quota quota = { 0 };

	if (desk->stopping || !desk->estate.known) {
		*ret_why =
			strdup(desk->stopping ? "daxbrokerd is being stopped."
					      : "The machine's memory was not "
						"surveyed yet.");
		return desk->stopping ? -ESHUTDOWN : -EBUSY;
	}
	if (!pool) {
		*ret_why = strdup("There is no such pool.");
		return -ENOENT;
	}
	if (request->size == 0 ||
	    (request->align && !is_power_of_two(request->align))) {
		*ret_why = strdup("A lease has at least a byte, and its "
				  "alignment is a power of two.");
		return -EINVAL;
	}
	if (request->path && desk->estate.in_tree) {
		*ret_why = strdup(LEASE_HANDOVER_NO_PATH);
		return -EOPNOTSUPP;
	}
	memcpy(grant->pool, pool->policy->name, sizeof(grant->pool));
	if (take_words(grant, request) < 0) {
		*ret_why = strdup("The name of a lease has up to 63 letters, "
				  "digits, dots, underscores and hyphens, and "
				  "begins with a letter.");
		return -EINVAL;
	}
	for (size_t i = 0; i < desk->table.n; i++)
		if (counts(desk->table.entries[i]))
			lease_quota_count(&quota,
					  &desk->table.entries[i]->lease,
					  grant->pool, request->uid);
	return lease_quota_check(&quota, pool->policy, request, request->size,
				 ret_why);
}

/* One in reserve that is just what is asked for. */
static struct lease_entry *find_ready(const struct lease_desk *desk,
				      const struct lease_request *request)
{
	for (size_t i = 0; i < desk->table.n; i++) {
		struct lease_entry *entry = desk->table.entries[i];
		const struct policy_grant *grant = &entry->lease.grant;

		if (grant->state == POLICY_GRANT_READY && !entry->dropping &&
		    *entry->lease.device &&
		    strcmp(grant->pool, request->pool) == 0 &&
		    entry->lease.size == request->size &&
		    (!request->align || request->align == grant->align) &&
		    (request->node < 0 || request->node == entry->lease.node))
			return entry;
	}
	return NULL;
}

/* True: it was answered. */
static bool give_ready(struct lease_desk *desk,
		       const struct lease_request *request,
		       const struct policy_grant *words, lease_answer_fn answer,
		       void *userdata)
{
	struct lease_entry *entry =
		lease_table_waiting(&desk->table, request->pool)
			? NULL
			: find_ready(desk, request);
	struct policy_grant grant;

	if (!entry)
		return false;
	grant = entry->lease.grant;
	grant.uid = request->uid;
	grant.pid = request->pid;
	grant.revocable = request->revocable;
	grant.path = request->path;
	memcpy(grant.name, words->name, sizeof(grant.name));
	memcpy(grant.unit, words->unit, sizeof(grant.unit));
	entry->answer = answer;
	entry->userdata = userdata;
	entry->until = UINT64_MAX;
	if (lease_handover_give(desk, entry, &grant) < 0) {
		/* It is asked for as if there were none. */
		entry->answer = NULL;
		return false;
	}
	if (!desk->refill_at)
		desk->refill_at = desk_now(desk) + REFILL_USEC;
	desk_arm(desk);
	return true;
}

static uint64_t end_of(const struct lease_desk *desk, uint64_t wait)
{
	uint64_t until;

	/* What cannot wait is refused as soon as it cannot be served. */
	if (wait == 0 || __builtin_add_overflow(desk_now(desk), wait, &until))
		return UINT64_MAX;
	return until;
}

static struct lease_entry *add_entry(struct lease_desk *desk,
				     const struct lease_request *request,
				     const struct policy_grant *words)
{
	struct lease_entry *entry =
		lease_table_add(&desk->table, 0, desk_real_now(desk));
	uint64_t id;

	if (!entry)
		return NULL;
	id = entry->lease.grant.id;
	entry->lease.grant = *words;
	entry->lease.grant.id = id;
	entry->lease.grant.since = desk_real_now(desk);
	entry->lease.grant.uid = request->uid;
	entry->lease.grant.pid = request->pid;
	entry->lease.grant.revocable = request->revocable;
	entry->lease.grant.path = request->path;
	entry->lease.size = entry->wanted = request->size;
	entry->lease.waiting = true;
	entry->lease.node = entry->node =
		request->node < 0 ? -1 : request->node;
	entry->align = request->align;
	entry->zero = request->zero;
	entry->patient = request->wait > 0;
	entry->until = end_of(desk, request->wait);
	return entry;
}

uint64_t lease_desk_ask(struct lease_desk *desk,
			const struct lease_request *request,
			lease_answer_fn answer, void *userdata)
{
	struct policy_grant words = { .id = 1, .align = 1 };
	_cleanup_free_ char *why = NULL;
	struct lease_entry *entry;
	uint64_t id;
	int r = check(desk, request, &words, &why);

	if (r < 0) {
		answer_error(answer, userdata, r, why);
		return 0;
	}
	if (give_ready(desk, request, &words, answer, userdata))
		return 0;
	entry = add_entry(desk, request, &words);
	if (!entry) {
		answer_error(answer, userdata, -ENOMEM, NULL);
		return 0;
	}
	entry->answer = answer;
	entry->userdata = userdata;
	id = entry->lease.grant.id;
	lease_serve_pool(desk, words.pool);
	entry = lease_table_find(&desk->table, id);
	if (entry && !entry->announced)
		desk_report(desk, entry);
	return entry ? id : 0;
}

void lease_desk_withdraw(struct lease_desk *desk, uint64_t id)
{
	struct lease_entry *entry = lease_table_find(&desk->table, id);
	char pool[POLICY_NAME_MAX];

	if (!entry || !entry->answer)
		return;
	memcpy(pool, entry->lease.grant.pool, sizeof(pool));
	desk_remove(desk, entry);
	lease_serve_pool(desk, pool);
}

/* That a client has; NULL: none. */
static struct lease_entry *find_held(const struct lease_desk *desk, uint64_t id)
{
	struct lease_entry *entry = lease_table_find(&desk->table, id);

	return entry && !entry->lease.waiting &&
			       entry->lease.grant.state == POLICY_GRANT_ACTIVE
		       ? entry
		       : NULL;
}

int lease_desk_release(struct lease_desk *desk, uint64_t id)
{
	struct lease_entry *entry = find_held(desk, id);

	if (!entry)
		return -ENOENT;
	lease_ending_begin(desk, entry);
	desk_arm(desk);
	return 0;
}

int lease_desk_reclaim(struct lease_desk *desk, uint64_t id, uint64_t usec)
{
	struct lease_entry *entry = find_held(desk, id);

	return entry ? lease_reclaim_ask(desk, entry, usec) : -ENOENT;
}

void lease_desk_poisoned(struct lease_desk *desk, const char *device,
			 uint64_t address)
{
	for (size_t i = 0; i < desk->table.n; i++) {
		struct lease_entry *entry = desk->table.entries[i];

		if (strcmp(entry->lease.device, device) == 0) {
			lease_poison_at(desk, entry, address);
			return;
		}
	}
}

const struct lease_pool *lease_desk_pools(const struct lease_desk *desk,
					  size_t *ret_n)
{
	for (size_t i = 0; i < desk->estate.n_pools; i++)
		lease_search_figures(&desk->estate, &desk->table,
				     &desk->estate.pools[i]);
	*ret_n = desk->estate.n_pools;
	return desk->estate.pools;
}

const struct lease *const *lease_desk_leases(const struct lease_desk *desk,
					     size_t *ret_n)
{
	/* The list is made anew in room of its own. */
	return lease_table_list((struct lease_table *)&desk->table, ret_n);
}

const struct lease *lease_desk_find(const struct lease_desk *desk, uint64_t id)
{
	const struct lease_entry *entry = lease_table_find(&desk->table, id);

	return entry && !entry->reserve ? &entry->lease : NULL;
}
