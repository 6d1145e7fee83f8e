/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_CARVE_STEPS_H
#define PLAN_CARVE_STEPS_H

#include "daemon/plan/carve-match.h"
#include "daemon/plan/plan.h"

/*
 * Adds the steps from what is there to the pieces that are missing: what is in
 * the way is taken from its driver, given other memory or destroyed, and what
 * is wanting then is made. @decision is that of the region's first device.
 * Returns 0, -ENOMEM, or -ERANGE: ranges larger than any machine.
 */
int carve_add_steps(struct plan *plan, const struct facts_snapshot *snapshot,
		    const struct carve_match *match,
		    const struct policy_decision *decision);

#endif
