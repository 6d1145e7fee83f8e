/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_UNUSED_H
#define ACT_UNUSED_H

#include "act/work.h"

/* The step PLAN_CHECK_UNUSED. With a device_dax that can drain, nobody can
 * come to use the device after it either; else this is the last check before
 * the driver is taken away, and with it every mapping. */
int unused_take(struct act_work *work, const struct plan_step *step);
int unused_undo(struct act_work *work, const struct plan_step *step);

#endif
