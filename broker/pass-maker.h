/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_PASS_MAKER_H
#define BROKER_PASS_MAKER_H

#include "broker/interface.h"
#include "broker/pass.h"

/* Reads what a pass is made of: the machine, and the journal of jobs. */
struct pass_maker {
	const struct broker_interface *interface; /* borrowed */
	int root_fd;				  /* borrowed */
	bool passed;				  /* the first pass is over */
	uint64_t last_uevent; /* older ones are in the last pass already */
	size_t n_regions;     /* that it has found */
	char *passed_over;    /* what was said last of drivers, or NULL */
};

void pass_maker_clear(struct pass_maker *maker);

/* Returns 0 and *ret, to be freed with pass_free() when its jobs have ended; or
 * a negative errno. */
int pass_maker_make(struct pass_maker *maker, const struct policy_set *policies,
		    struct record_table *records, struct pass **ret);

#endif
