/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_LIMIT_CHECK_H
#define PLAN_LIMIT_CHECK_H

#include "plan/balance.h"
#include "policy/decision.h"

/* One of daxbroker.conf's limits that was consulted for a switch. */
struct limit_check {
	const char *name;	     /* "MaxMovableRatio" */
	struct policy_origin origin; /* where it stands */
	bool breaks;
	char *text; /* a clause with the figures */
};

/*
 * Compares a switch of @device with the limits; @own is what it changes, or
 * NULL: it adds no system RAM; @before is what the switches before it change,
 * or NULL. Returns 0 and an array, to be freed with limit_checks_free(); or
 * -ENOMEM.
 */
int limit_checks_make(const struct facts_snapshot *snapshot,
		      const struct facts_device *device,
		      const struct policy_decision *decision,
		      const struct plan_balance *own,
		      const struct plan_balance *before,
		      struct limit_check **ret, size_t *ret_n);

void limit_checks_free(struct limit_check *limits, size_t n);

#endif
