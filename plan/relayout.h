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

/* Sets those of @marks, one for each device of the snapshot, that are devdax
 * and lose their memory by it. */
void relayout_mark_devdax(const struct relayout *relayout, bool *marks);

/*
 * The first slice from index @from on that is missing: returns the index behind
 * it and in *ret the device that it will be, as far as policies ask for it, but
 * for its name and path; or 0: there is none. Its ranges are the layout's.
 */
size_t relayout_next_missing(const struct relayout *relayout, size_t from,
			     struct facts_device *ret);

/* A slice would be decided by another policy once it is there: the layout is
 * refused. @why, a clause, is the layout's now. */
void relayout_object(struct relayout *relayout, char *why);

/* As device_plan_make(), for an item of the region; the first of them first. */
int relayout_plan(struct relayout *relayout, const struct plan_item *item,
		  unsigned int flags, const struct plan_balance *before,
		  struct plan **ret);

#endif
