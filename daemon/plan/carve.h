/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_CARVE_H
#define PLAN_CARVE_H

#include "daemon/plan/plan.h"

struct survey_item;

/*
 * A region that is to be carved, by a policy with [Device] sections. Which
 * devices there are in it is changed by the plan of its first device, which the
 * kernel never deletes; what each of them is to be by its own plan, once it
 * stands for a piece.
 */
struct carve;

/*
 * Finds the devices that stand for a piece, and tells their decisions. @items
 * are all of one region, decided, not yet planned. Returns 0 and *ret, to be
 * freed with carve_free(): NULL when the region is not carved, or cannot be; or
 * -ENOMEM.
 */
int carve_new(const struct facts_snapshot *snapshot, struct survey_item *items,
	      size_t n_items, struct carve **ret);
void carve_free(struct carve *carve);

/* True when its plan may ask who holds a device. */
bool carve_needs_holders(const struct carve *carve);

/* As plan_build(), for an item of the region; the first of them first. */
int carve_plan(struct carve *carve, const struct survey_item *item,
	       unsigned int flags, const struct plan_balance *before,
	       struct plan **ret);

#endif
