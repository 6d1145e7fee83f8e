/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_BALANCE_H
#define PLAN_BALANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/model/model.h"
#include "policy/decision.h"

/* What plans take, in bytes. The kernel's map of what is plugged is taken of
 * memory that is not movable. */
struct plan_balance {
	int64_t movable; /* movable memory that there is more of after it */
	int64_t kernel;	 /* other memory that there is more of after it */
	uint64_t memmap;
};

/* One of daxbroker.conf's limits that was consulted for a switch. */
struct plan_limit {
	const char *name;	     /* "MaxMovableRatio" */
	struct policy_origin origin; /* where it is said */
	bool breaks;
	char *text; /* a clause with the figures */
};

/* Adds @more to @sum. */
void plan_balance_add(struct plan_balance *sum,
		      const struct plan_balance *more);

/* True when the kernel can keep its map of the device's memory in that. */
bool plan_can_map_itself(const struct facts_snapshot *snapshot,
			 const struct facts_device *device);

/* What the switch of @device to @decision's system RAM takes. */
struct plan_balance plan_balance(const struct facts_snapshot *snapshot,
				 const struct facts_device *device,
				 const struct policy_decision *decision);

/*
 * Compares the switch of @device with the limits; @before is what other
 * switches take that come before it, or NULL. Returns 0 and an array, to be
 * freed with plan_limits_free(); or -ENOMEM.
 */
int plan_limits_consult(const struct facts_snapshot *snapshot,
			const struct facts_device *device,
			const struct policy_decision *decision,
			const struct plan_balance *before,
			struct plan_limit **ret, size_t *ret_n);

void plan_limits_free(struct plan_limit *limits, size_t n);

#endif
