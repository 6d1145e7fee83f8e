/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_RECORD_TABLE_H
#define BROKER_RECORD_TABLE_H

#include "broker/record.h"

/* The records of all devices. */
struct record_table {
	struct record **records; /* in the order of the last pass */
	size_t n;
	size_t first_unseen; /* all before it are of the present pass */
	void *by_identity;   /* see tsearch(3) */
};

void record_table_clear(struct record_table *table);

/* NULL when there is none. */
struct record *record_table_find(const struct record_table *table,
				 const char *identity);

/* Whether there is a device with this name ("dax0.0") now. */
bool record_table_has_device(const struct record_table *table,
			     const char *device);

/* That of the device with this name now; NULL: there is none. */
const char *record_table_identity(const struct record_table *table,
				  const char *device);

/* Begins a pass: no record is seen yet. */
void record_table_begin(struct record_table *table);

/*
 * Takes @item into the table at time @now. Returns its record, with *ret_news
 * true when its outcome, refusal or reason is another one than before; NULL:
 * out of memory.
 */
struct record *record_table_note(struct record_table *table,
				 const struct plan_item *item, uint64_t now,
				 bool *ret_news);

/* The same for memory whose device is gone; news is that it is there. */
struct record *record_table_note_stray(struct record_table *table,
				       const struct facts_stray *stray,
				       uint64_t block_size, bool *ret_news);

/* Ends a pass: devices not seen are forgotten, but for those whose jobs are
 * counted, as a device that comes and goes must not escape the count. */
void record_table_end(struct record_table *table);

/* A reload or an apply: every device gets its chance again, also those that
 * were left as found. */
void record_table_reset(struct record_table *table);

/* The same of this one device, by its name now or its identity; or of a
 * region's, or of all if it is NULL. */
void record_table_reset_device(struct record_table *table, const char *device);
void record_table_reset_identity(struct record_table *table,
				 const char *identity);
void record_table_reset_region(struct record_table *table, const char *region);

/* The next job of this device, or of all if it is NULL, is asked for by this
 * user, or by JOB_RECORD_NOBODY. */
void record_table_ask(struct record_table *table, const char *device,
		      uid_t uid);

/* Something happened on the machine: devices whose last job was refused may
 * be tried again, and @device ("dax0.0", or NULL) also after a failure, but for
 * RECORD_RETRIES_MAX times in a row. */
void record_table_release(struct record_table *table, const char *device);

/* When the next device is to be tried again: CLOCK_MONOTONIC, us; 0: none. */
uint64_t record_table_next_retry(const struct record_table *table);

/* True when a device waits for what its last job left to be finished or undone,
 * its workers having died. */
bool record_table_recovers(const struct record_table *table);

/* Those whose time has come are tried by the next pass. */
void record_table_retry(struct record_table *table, uint64_t now);

#endif
