// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease/lease-table.h"

#include <stdlib.h>
#include <string.h>

#include "basic/array.h"

static void entry_free(struct lease_entry *entry)
{
	if (entry->reader >= 0)
		close(entry->reader);
	free(entry->passed_over);
	free(entry->obstacle);
	free(entry);
}

void lease_table_clear(struct lease_table *table)
{
	for (size_t i = 0; i < table->n; i++)
		entry_free(table->entries[i]);
	free(table->entries);
	free(table->listed);
	*table = (struct lease_table){ 0 };
}

/* Above all that there are, and, whatever the clock does, above those that
 * there were. */
static uint64_t next_id(const struct lease_table *table, uint64_t now)
{
	return now > table->last_id ? now : table->last_id + 1;
}

struct lease_entry *lease_table_add(struct lease_table *table, uint64_t id,
				    uint64_t now)
{
	struct lease_entry *entry;
	size_t at = table->n;

	if (ARRAY_GROW(table->entries, table->n) < 0)
		return NULL;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return NULL;
	entry->lease.grant.id = id ? id : next_id(table, now);
	entry->lease.node = entry->node = -1;
	entry->reader = -1;
	if (entry->lease.grant.id > table->last_id)
		table->last_id = entry->lease.grant.id;
	while (at > 0 &&
	       table->entries[at - 1]->lease.grant.id > entry->lease.grant.id) {
		table->entries[at] = table->entries[at - 1];
		at--;
	}
	table->entries[at] = entry;
	table->n++;
	return entry;
}

struct lease_entry *lease_table_find(const struct lease_table *table,
				     uint64_t id)
{
	for (size_t i = 0; i < table->n; i++)
		if (table->entries[i]->lease.grant.id == id)
			return table->entries[i];
	return NULL;
}

void lease_table_remove(struct lease_table *table, uint64_t id)
{
	for (size_t i = 0; i < table->n; i++) {
		if (table->entries[i]->lease.grant.id != id)
			continue;
		entry_free(table->entries[i]);
		table->n--;
		memmove(&table->entries[i], &table->entries[i + 1],
			(table->n - i) * sizeof(struct lease_entry *));
		return;
	}
}

static bool waits(const struct lease_entry *entry, const char *pool)
{
	return entry->lease.waiting && !entry->reserve &&
	       strcmp(entry->lease.grant.pool, pool) == 0;
}

struct lease_entry *lease_table_head(const struct lease_table *table,
				     const char *pool)
{
	for (size_t i = 0; i < table->n; i++)
		if (waits(table->entries[i], pool))
			return table->entries[i];
	return NULL;
}

size_t lease_table_waiting(const struct lease_table *table, const char *pool)
{
	size_t n = 0;

	for (size_t i = 0; i < table->n; i++)
		n += waits(table->entries[i], pool);
	return n;
}

const struct lease *const *lease_table_list(struct lease_table *table,
					    size_t *ret_n)
{
	const struct lease **list;
	size_t n = 0;

	*ret_n = 0;
	list = reallocarray(table->listed, table->n + 1, sizeof(*list));
	if (!list)
		return NULL;
	table->listed = list;
	for (size_t i = 0; i < table->n; i++)
		if (!table->entries[i]->reserve)
			list[n++] = &table->entries[i]->lease;
	*ret_n = n;
	return list;
}

int lease_table_pass_over(struct lease_entry *entry, struct phys_range range)
{
	if (ARRAY_GROW(entry->passed_over, entry->n_passed_over) < 0)
		return -ENOMEM;
	entry->passed_over[entry->n_passed_over++] = range;
	return 0;
}
