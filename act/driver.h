/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_DRIVER_H
#define ACT_DRIVER_H

#include "act/work.h"

/* Changing the driver of the device at hand, and of no other. All return a
 * negative errno on failure and remember it in @work. */

/* Loads the driver's module, and leaves all devices as they are. */
int driver_load(struct act_work *work, const char *driver);

/* Takes the device from @driver, and its name off the list of what the driver
 * takes by itself. 0 too when it was not bound to it. */
int driver_unbind(struct act_work *work, const char *driver);

/* Gives the device to @driver. 0 too when it has it already; -ESTALE when
 * another driver has it; the error of the driver's probe otherwise. */
int driver_bind(struct act_work *work, const char *driver);

#endif
