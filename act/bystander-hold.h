/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_BYSTANDER_HOLD_H
#define ACT_BYSTANDER_HOLD_H

#include "act/work.h"

/*
 * While a name is written to new_id, the devices that have no driver are held
 * by device_dax: see plan/bystander.h. Which ones stands in RUN_DIR meanwhile:
 * the next job after a crash lets them go. They are held by who has the lock of
 * this name for itself; who binds a device has it, too, shared with others.
 * What somebody else gives to device_dax meanwhile is left so: only the binding
 * that holds a device is undone, which the pass after the batch reports.
 */
#define BYSTANDER_HOLD_LOCK "bind"

/* Makes the lock's file: later, when a failure is to be undone, the run
 * directory may have no room for it. 0 or a negative errno. */
int bystander_hold_prepare(int root_fd);

/* Whether giving the plan's device to @driver leaves alone what the plan must
 * spare. 0; -ESTALE: it does not, remembered in @work; another negative errno.
 */
int bystander_hold_check(struct act_work *work, const char *driver);

/* Holds all that a new_id of @driver could take. Returns 0, or a negative errno
 * that is remembered in @work: then some may be held. */
int bystander_hold_take(struct act_work *work, const char *driver);

/* They have no driver again. 0 or a negative errno that is remembered. */
int bystander_hold_release(struct act_work *work);

/* Lets go what a job held that was killed. 0: nothing was held, 1; negative
 * errno. */
int bystander_hold_recover(int root_fd);

#endif
