// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/record-table.h"

#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/text.h"

static int compare_identities(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	return strcmp(x->identity, y->identity);
}

static void forget(struct record_table *table, struct record *record)
{
	tdelete(record, &table->by_identity, compare_identities);
	record_free(record);
}

void record_table_clear(struct record_table *table)
{
	for (size_t i = 0; i < table->n; i++)
		forget(table, table->records[i]);
	free(table->records);
	*table = (struct record_table){ 0 };
}

struct record *record_table_find(const struct record_table *table,
				 const char *identity)
{
	const struct record key = { .identity = (char *)identity };
	struct record *const *found =
		tfind(&key, &table->by_identity, compare_identities);

	return found ? *found : NULL;
}

bool record_table_has_device(const struct record_table *table,
			     const char *device)
{
	for (size_t i = 0; i < table->n; i++)
		if (table->records[i]->seen &&
		    strcmp(table->records[i]->device, device) == 0)
			return true;
	return false;
}

static struct record *record_table_add(struct record_table *table,
				       const char *identity)
{
	_cleanup_record_ struct record *record = NULL;

	record = record_new(identity);
	if (!record)
		return NULL;
	if (ARRAY_GROW(table->records, table->n) < 0 ||
	    !tsearch(record, &table->by_identity, compare_identities))
		return NULL;
	table->records[table->n++] = record;
	return TAKE_PTR(record);
}

void record_table_begin(struct record_table *table)
{
	for (size_t i = 0; i < table->n; i++)
		table->records[i]->seen = false;
	table->first_unseen = 0;
}

void record_table_end(struct record_table *table)
{
	size_t kept = 0;

	for (size_t i = 0; i < table->n; i++) {
		struct record *record = table->records[i];

		record->laid_out = false;
		if (!record->seen)
			record->as_decided = record->unverified = false;
		if (record->seen || record->jobs || record->failures)
			table->records[kept++] = record;
		else
			forget(table, record);
	}
	table->n = kept;
}

/* The order of the table is that of the passes: moves the @seen'th forward. */
static void record_table_order(struct record_table *table,
			       struct record *record)
{
	size_t to = table->first_unseen, from;

	if (record->seen)
		return;
	while (table->records[to]->seen)
		to++;
	table->first_unseen = from = to;
	while (table->records[from] != record)
		from++;
	memmove(&table->records[to + 1], &table->records[to],
		(from - to) * sizeof(record));
	table->records[to] = record;
}

/* A job has just laid out the region: that device may be gone, or have another
 * identity now. */
static bool is_laid_out(const struct record_table *table, const char *region)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct record *record = table->records[i];

		if (record->laid_out && strcmp(record->region, region) == 0)
			return true;
	}
	return false;
}

struct record *record_table_note(struct record_table *table,
				 const struct plan_item *item, uint64_t now,
				 bool *ret_news)
{
	struct record *record;
	bool added = false;
	int r;

	record = record_table_find(table, item->plan->identity);
	if (!record) {
		record = record_table_add(table, item->plan->identity);
		added = true;
	}
	if (!record)
		return NULL;
	if (added)
		record->switched = is_laid_out(table, item->plan->region);
	record_table_order(table, record);
	r = record_note(record, item, now);
	if (r < 0)
		return NULL;
	*ret_news = r || added;
	return record;
}

struct record *record_table_note_stray(struct record_table *table,
				       const struct facts_stray *stray,
				       uint64_t block_size, bool *ret_news)
{
	_cleanup_free_ char *identity = NULL;
	struct record *record;

	identity = text_format("stranded:0x%" PRIx64 "-0x%" PRIx64,
			       stray->range.start, stray->range.end);
	if (!identity)
		return NULL;
	record = record_table_find(table, identity);
	*ret_news = !record;
	if (!record)
		record = record_table_add(table, identity);
	if (!record || record_note_stray(record, stray, block_size) < 0)
		return NULL;
	return record;
}

void record_table_reset(struct record_table *table)
{
	for (size_t i = 0; i < table->n; i++)
		record_reset(table->records[i]);
}

static bool is_of(const struct record *record, const char *device)
{
	return record->seen && strcmp(record->device, device) == 0;
}

void record_table_reset_device(struct record_table *table, const char *device)
{
	for (size_t i = 0; i < table->n; i++)
		if (is_of(table->records[i], device))
			record_reset(table->records[i]);
}

void record_table_ask(struct record_table *table, const char *device, uid_t uid)
{
	for (size_t i = 0; i < table->n; i++)
		if (!device || is_of(table->records[i], device))
			table->records[i]->asked_by = uid;
}

void record_table_release(struct record_table *table, const char *device)
{
	for (size_t i = 0; i < table->n; i++)
		record_release(table->records[i], device);
}

/* 0 stands for never. */
static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a == 0 || (b && b < a) ? b : a;
}

uint64_t record_table_next_retry(const struct record_table *table)
{
	uint64_t next = 0;

	for (size_t i = 0; i < table->n; i++) {
		next = sooner(next, table->records[i]->retry_at);
		next = sooner(next, table->records[i]->recover_at);
	}
	return next;
}

bool record_table_recovers(const struct record_table *table)
{
	for (size_t i = 0; i < table->n; i++)
		if (table->records[i]->seen && table->records[i]->recover_at)
			return true;
	return false;
}

void record_table_retry(struct record_table *table, uint64_t now)
{
	for (size_t i = 0; i < table->n; i++)
		record_retry(table->records[i], now);
}

void record_table_reset_identity(struct record_table *table,
				 const char *identity)
{
	struct record *record = record_table_find(table, identity);

	if (record)
		record_reset(record);
}

void record_table_reset_region(struct record_table *table, const char *region)
{
	for (size_t i = 0; i < table->n; i++) {
		struct record *record = table->records[i];

		if (!region ||
		    (record->region && strcmp(record->region, region) == 0))
			record_reset(record);
	}
}

const char *record_table_identity(const struct record_table *table,
				  const char *device)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct record *record = table->records[i];

		if (record->seen && strcmp(record->device, device) == 0)
			return record->identity;
	}
	return NULL;
}
