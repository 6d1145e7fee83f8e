/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_RELAYOUT_STEPS_H
#define PLAN_RELAYOUT_STEPS_H

#include "plan/draft.h"
#include "plan/relayout-match.h"

/*
 * Adds the steps to the missing slices to the draft of the region's first
 * device: devices in the way lose their driver, and are resized or destroyed;
 * what is missing then is created.
 * Returns 0, -ENOMEM, or -ERANGE: ranges larger than any machine.
 */
int relayout_steps_add(struct draft *draft, const struct relayout_match *match);

#endif
