/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_RELAYOUT_STEPS_H
#define PLAN_RELAYOUT_STEPS_H

#include "plan/draft.h"
#include "plan/relayout-match.h"

/*
 * Adds to the draft of the region's first device the steps from what is there
 * to the slices that are missing: what is in the way is taken from its driver,
 * given other memory or destroyed, and what is wanting then is made.
 * Returns 0, -ENOMEM, or -ERANGE: ranges larger than any machine.
 */
int relayout_steps_add(struct draft *draft, const struct relayout_match *match);

#endif
