/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_DESK_H
#define BROKER_DESK_H

#include "broker/desk-outside.h"
#include "broker/lease/cost.h"
#include "broker/lease/estate.h"
#include "broker/lease/lease-table.h"
#include "broker/lease/ledger.h"

/* What the parts of the desk have in common. */
struct lease_desk {
	struct desk_outside outside;
	struct lease_ledger ledger;
	struct lease_table table;
	struct lease_estate estate;
	struct broker_timer *timer;  /* the next of all that is due */
	struct measurer *measurer;   /* that is at work, or NULL */
	struct phys_range *measured; /* what it measures */
	size_t n_measured;
	void (*when_measured)(struct lease_desk *desk);
	struct lease_costs costs;
	uint64_t refill_at; /* what was taken of Reserve=; 0: nothing was */
	bool stopping;
	bool taking;  /* a pass, of which watchers hear after that */
	bool changed; /* what is granted, since the last pass */
};

/* CLOCK_MONOTONIC and the time of day, us. */
uint64_t desk_now(const struct lease_desk *desk);
uint64_t desk_real_now(const struct lease_desk *desk);

/* Sets the timer to the first of what is due. */
void desk_arm(struct lease_desk *desk);

/* What is left to do about @entry is tried again after a pause that grows. */
void desk_retry_later(struct lease_desk *desk, struct lease_entry *entry);

/* Its lease is new, or another than before. */
void desk_report(const struct lease_desk *desk, struct lease_entry *entry);

/*
 * Has the grant of @entry be @grant, once that is on disk. With @layout the
 * region is laid out anew. Before it has no client any more, or its bytes go,
 * its path is taken. 0; or a negative errno, and nothing else has changed.
 */
int desk_put(struct lease_desk *desk, struct lease_entry *entry,
	     const struct policy_grant *grant, bool layout);

/* The same with changes to others, in @draft, which is cleared. */
int desk_commit(struct lease_desk *desk, struct lease_entry *entry,
		const struct policy_grant *grant, bool layout,
		struct policy_grants *draft);

/*
 * Its memory is the pool's again. With @content, so is what is known of it: it
 * is zero, or (@zero false) its user's; else nothing is known. 0; or a negative
 * errno, and it has the grant still.
 */
int desk_drop(struct lease_desk *desk, struct lease_entry *entry, bool content,
	      bool zero);

/* @entry is no more, and is freed; a grant of its own is dropped before, now or
 * when that can be written. */
void desk_remove(struct lease_desk *desk, struct lease_entry *entry);

/* Answers with an error, once; nothing where it was answered. */
void desk_refuse(struct lease_entry *entry, int error, const char *message);

/* Nobody can open its device by a path any more. 0, or a negative errno. */
int desk_take_path(struct lease_desk *desk, struct lease_entry *entry);

/* No FIFO belongs to it any more. */
void desk_close_fifo(struct lease_desk *desk, struct lease_entry *entry);

#endif
