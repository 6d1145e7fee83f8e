/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_RELAYOUT_SLICE_H
#define PLAN_RELAYOUT_SLICE_H

#include "plan/relayout-match.h"

/*
 * What becomes of the slices of a layout once it is made, so that nothing is
 * begun that could not be ended.
 */

/* What the device of slice @index will be, but for its name and path; its range
 * is that of the match. False: it is there, or has no room. */
bool relayout_slice_device(const struct relayout_match *match, size_t index,
			   struct facts_device *ret);

/* True when one of them is to be system RAM. */
bool relayout_slices_are_ram(const struct relayout_match *match);

/* What changes until each slice is as decided, all together. */
struct plan_balance
relayout_slices_balance(const struct facts_snapshot *snapshot,
			const struct relayout_match *match);

/*
 * Why the device that slice @index will be could not be used as decided:
 * PLAN_REFUSAL_NONE (also for one that is there), or the refusal and
 * *ret_reason, a sentence to be freed (NULL: out of memory). @decision is that
 * of the region.
 */
enum plan_refusal relayout_slice_refusal(const struct facts_snapshot *snapshot,
					 const struct relayout_match *match,
					 size_t index,
					 const struct policy_decision *decision,
					 char **ret_reason);

#endif
