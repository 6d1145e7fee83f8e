/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_LEASE_TABLE_H
#define BROKER_LEASE_LEASE_TABLE_H

#include "basic/cleanup.h"
#include "broker/lease/lease.h"

/*
 * All leases and requests, by id. Ids are given in the order in which they are
 * asked for, so those of a pool that wait are its queue, first come, first
 * served. Plain bookkeeping.
 */
struct broker_watch;
struct lease_desk;

struct lease_entry {
	struct lease lease; /* as others see it */
	bool reserve;	    /* for the next lease, and nobody's */
	/* Until it is answered: */
	lease_answer_fn answer; /* NULL: it was, or nobody asks */
	void *userdata;
	uint64_t wanted; /* bytes, in multiples of align */
	uint64_t align;	 /* bytes, that was asked for; 0: the region's */
	int node;	 /* that was asked for; -1: any */
	bool zero;
	bool patient;	/* it waits where it cannot be served */
	uint64_t until; /* CLOCK_MONOTONIC, us: it gives up; UINT64_MAX: never
			 */
	struct phys_range *passed_over; /* memory that would not leave */
	size_t n_passed_over;
	unsigned int blind; /* so often it was not known what would not */
	char *obstacle;	    /* why, a sentence; or NULL */
	/* What is left to do about it is tried again then: CLOCK_MONOTONIC, us;
	 * 0: now, or when something happens. */
	uint64_t retry_at;
	unsigned int retries;
	bool announced; /* others know of it */
	bool ending;	/* its client has left, and that could not be written */
	bool dropping;	/* its grant is to go, and that could not be written */
	bool poison_known, poison_reported;
	uint64_t poisoned_pages;
	unsigned int poison_events; /* that no pass has seen yet */
	unsigned int major, minor;  /* of its device */
	bool rechecks; /* its driver asks for permission to open it again */
	bool takeable; /* its driver takes it from its users for good */
	bool kept;     /* its deadline went by, and it is not */
	int reader;    /* of its FIFO; -1: none */
	struct broker_watch *watch;
	struct lease_desk *desk; /* whose watch that is */
};

struct lease_table {
	struct lease_entry **entries;
	size_t n;
	const struct lease **listed; /* see lease_table_list() */
	uint64_t last_id;
};

/* Frees what they have, but for watches. */
void lease_table_clear(struct lease_table *table);

/* A new one; with @id 0 it gets an id of its own, above all others; @now is the
 * time of day. NULL: out of memory. */
struct lease_entry *lease_table_add(struct lease_table *table, uint64_t id,
				    uint64_t now);

struct lease_entry *lease_table_find(const struct lease_table *table,
				     uint64_t id);

/* Takes it out and frees it; nothing where it is not there. */
void lease_table_remove(struct lease_table *table, uint64_t id);

/* The first of the pool that waits, or NULL; and how many there are. */
struct lease_entry *lease_table_head(const struct lease_table *table,
				     const char *pool);
size_t lease_table_waiting(const struct lease_table *table, const char *pool);

/* Those that are somebody's; NULL: out of memory, or there is none. */
const struct lease *const *lease_table_list(struct lease_table *table,
					    size_t *ret_n);

/* Notes that @range would not leave. 0 or -ENOMEM. */
int lease_table_pass_over(struct lease_entry *entry, struct phys_range range);

#endif
