// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease-refusal.h"

#include <string.h>

#include "basic/size.h"
#include "basic/text-stream.h"
#include "broker/lease/lease-search.h"

/* More would be no help. */
#define LEASES_NAMED 5

static bool is_in_pool(const struct lease_entry *entry, const char *pool)
{
	return strcmp(entry->lease.grant.pool, pool) == 0;
}

/* Why one that has ended is not free. */
static const char *find_remark(const struct lease *lease)
{
	if (lease->grant.state != POLICY_GRANT_DRAINING)
		return "";
	return strcmp(lease->holder.kind, "poisoned") == 0
		       ? ", memory of it has failed"
		       : ", still in use";
}

static void print_lease(FILE *f, const struct lease *lease)
{
	const struct policy_grant *grant = &lease->grant;
	char id[LEASE_ID_MAX], size[SIZE_FORMAT_MAX];

	fprintf(f, "%s%s%s%s of user %u (%s%s)", lease_id_format(grant->id, id),
		*grant->name ? " (" : "", grant->name, *grant->name ? ")" : "",
		grant->uid, size_format_exact(lease->size, size),
		find_remark(lease));
}

static void print_leases(FILE *f, const struct lease_desk *desk,
			 const struct lease_entry *entry)
{
	size_t n = 0;

	for (size_t i = 0; i < desk->table.n; i++) {
		const struct lease_entry *other = desk->table.entries[i];

		if (other == entry || other->lease.waiting || other->reserve ||
		    !is_in_pool(other, entry->lease.grant.pool))
			continue;
		if (n < LEASES_NAMED) {
			fputs(n ? ", " : " Others have leases: ", f);
			print_lease(f, &other->lease);
		}
		n++;
	}
	if (n > LEASES_NAMED)
		fprintf(f, " and %zu more", n - LEASES_NAMED);
	if (n > 0)
		fputc('.', f);
}

static size_t waiting_before(const struct lease_desk *desk,
			     const struct lease_entry *entry)
{
	size_t n = 0;

	for (size_t i = 0; i < desk->table.n; i++) {
		const struct lease_entry *other = desk->table.entries[i];

		n += other->lease.waiting && !other->reserve &&
		     other->lease.grant.id < entry->lease.grant.id &&
		     is_in_pool(other, entry->lease.grant.pool);
	}
	return n;
}

char *lease_refusal_describe(const struct lease_desk *desk,
			     const struct lease_entry *entry)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	const char *pool = entry->lease.grant.pool;
	FILE *f = text_stream_open(&stream);
	const size_t n = waiting_before(desk, entry);
	char size[SIZE_FORMAT_MAX], largest[SIZE_FORMAT_MAX];

	if (!f)
		return NULL;
	fprintf(f,
		"%s of pool %s cannot be had now; the largest lease that could "
		"is %s.",
		size_format_exact(entry->wanted, size), pool,
		size_format_exact(lease_search_largest_for(&desk->estate,
							   &desk->table, entry),
				  largest));
	if (n > 0)
		fprintf(f, " Requests that wait before it: %zu.", n);
	if (entry->obstacle)
		fprintf(f, " %s", entry->obstacle);
	print_leases(f, desk, entry);
	return text_stream_take(&stream);
}
