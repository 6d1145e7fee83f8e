/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_BINDING_H
#define ACT_BINDING_H

#include "act/work.h"

/* Which driver of the dax bus a device is bound to, and changing that. All
 * return a negative errno on failure; those with a @work remember it there. */

/* 1 when @device is bound to @driver, 0 when it is not. */
int binding_is(int root_fd, const char *device, const char *driver);

/* 1 when @driver is registered on the dax bus, 0 when it is not. */
int binding_has_driver(int root_fd, const char *driver);

/* Takes the name @device off the list of what the driver takes by itself; 0 too
 * when there is no such driver, or the name is not on it. */
int binding_forget(int root_fd, const char *device, const char *driver);

/* Takes the device at hand from @driver, and its name off the list of what the
 * driver takes by itself. 0 too when it was not bound to it. */
int binding_unbind(struct act_work *work, const char *driver);

/* Gives the device at hand to @driver. 0 too when it has it already; -ESTALE
 * when another driver has it; the error of the driver's probe otherwise. */
int binding_bind(struct act_work *work, const char *driver);

#endif
