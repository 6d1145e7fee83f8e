/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_RELAYOUT_H
#define PLAN_RELAYOUT_H

#include "plan/plan.h"

/*
 * A region whose policy has [Device] sections. The plan of its first device,
 * which the kernel never deletes, lays it out. The plan of each other device
 * switches that device, once it is one of the slices.
 */
struct relayout;

/*
 * Finds the devices that are slices already, and gives each the slice's
 * decision. @items are all of one region, decided and not yet planned. Returns
 * 0 and *ret, to be freed with relayout_free(): NULL when the region is not
 * laid out, or cannot be; or -ENOMEM.
 */
int relayout_new(const struct facts_snapshot *snapshot, struct plan_item *items,
		 size_t n_items, struct relayout **ret);
void relayout_free(struct relayout *relayout);

/* True when its plan may ask who holds a device. */
bool relayout_needs_holders(const struct relayout *relayout);

/* As device_plan_make(), for an item of the region; the first of them first. */
int relayout_plan(struct relayout *relayout, const struct plan_item *item,
		  unsigned int flags, const struct plan_balance *before,
		  struct plan **ret);

#endif
