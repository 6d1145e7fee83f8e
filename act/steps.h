/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_STEPS_H
#define ACT_STEPS_H

#include <stdbool.h>

#include "act/work.h"

/*
 * Takes and undoes one step of each kind. Both return 0, or a negative errno,
 * the failure remembered in @work. Of PLAN_CHECK_UNUSED, PLAN_EMPTY and
 * PLAN_CLEAR, with nothing changed, -EUSERS: somebody uses the device;
 * -ECANCELED: it was preempted (ACT_PREEMPT_SIGNAL).
 */
int step_take(struct act_work *work, const struct plan_step *step);
int step_undo(struct act_work *work, const struct plan_step *step);

/* False where a step changes nothing that is to be put back. */
bool step_has_undo(const struct plan_step *step);

#endif
