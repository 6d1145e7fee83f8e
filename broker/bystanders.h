/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_BYSTANDERS_H
#define BROKER_BYSTANDERS_H

#include "broker/pass.h"

/*
 * The devices that no job of a batch is about, nor about another device of
 * their region, as they were before it. What jobs do is to leave them so, which
 * the pass after the batch compares. Pure.
 */
struct bystander {
	char *identity;
	char *driver; /* NULL: none */
	size_t n_online;
};

struct bystanders {
	struct bystander *list;
	size_t n;
	char *jobs; /* "dax1.0, dax2.0": the devices that the jobs are of */
	bool had_device_dax; /* else it comes with the boot, and takes what
			      * waits for it */
};

void bystanders_clear(struct bystanders *bystanders);

/* Those of @pass, whose jobs are about to begin. 0 or -ENOMEM: then there are
 * none. */
int bystanders_note(struct bystanders *bystanders, const struct pass *pass);

/* What has become of @item, as a phrase to be freed; NULL: it is no bystander,
 * is as it was, or out of memory. */
char *bystanders_change(const struct bystanders *bystanders,
			const struct facts_snapshot *snapshot,
			const struct plan_item *item);

#endif
