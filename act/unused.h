/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_UNUSED_H
#define ACT_UNUSED_H

#include "act/work.h"

/* Scans for users once; nobody is kept from becoming one. 0, or a negative
 * errno, remembered in @work; -EUSERS: there are some. */
int unused_check(struct act_work *work, const struct plan_step *step);

/* The step PLAN_CHECK_UNUSED. With a device_dax that can drain, nobody can
 * begin to use the device after it. Else it is the last check before the
 * unbind, which ends every mapping. */
int unused_take(struct act_work *work, const struct plan_step *step);
int unused_undo(struct act_work *work, const struct plan_step *step);

/* The device can be opened again; 0 too where nothing kept that from being so.
 */
int unused_end(struct act_work *work);

/* The same if a step before @step stays. */
int unused_end_before(struct act_work *work, const struct plan_step *step);

#endif
