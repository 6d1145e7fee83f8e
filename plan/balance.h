/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_BALANCE_H
#define PLAN_BALANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/model/model.h"
#include "policy/use.h"

/* What switches change, in bytes. */
struct plan_balance {
	int64_t movable; /* so much more movable memory */
	int64_t kernel;	 /* so much more of other memory */
	int64_t memmap;	 /* so much more of that for the kernel's map */
};

/* Adds @more to @sum. */
void plan_balance_add(struct plan_balance *sum,
		      const struct plan_balance *more);

/* The same for a switch that is yet to be made: what it would free counts
 * once it is free, as it may fail. */
void plan_balance_expect(struct plan_balance *sum,
			 const struct plan_balance *more);

/* What the switch of @device to @use changes. */
struct plan_balance plan_balance(const struct facts_snapshot *snapshot,
				 const struct facts_device *device,
				 const struct policy_use *use);

#endif
