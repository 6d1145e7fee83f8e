/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_BINDING_H
#define ACT_BINDING_H

#include <stdint.h>

/* Which driver of the dax bus a device is bound to, and what the kernel lets
 * one write about that. All return a negative errno on failure. */

/* 1 when @device is bound to @driver, 0 when it is not. */
int binding_is(int root_fd, const char *device, const char *driver);

/* 1 when @driver has @device, 0 when none has it, -ESTALE when another has. */
int binding_read(int root_fd, const char *device, const char *driver);

/* A number of the binding of @device to whatever driver, which the kernel gives
 * to no later one. Returns 0 and *ret, 0 when it has no driver. */
int binding_number(int root_fd, const char *device, uint64_t *ret);

/* 1 when @driver is registered on the dax bus, 0 when it is not. */
int binding_has_driver(int root_fd, const char *driver);

/* Takes the name @device off the list of what the driver takes by itself; 0 too
 * when there is no such driver, or the name is not on it. */
int binding_forget(int root_fd, const char *device, const char *driver);

/* Takes @device from @driver, and its name off the list of what the driver
 * takes by itself. 0 too when it was not bound to it. */
int binding_remove(int root_fd, const char *device, const char *driver);

/* Gives @device, and no other, to @driver. -EOPNOTSUPP: the driver does not
 * match the device, and takes it by binding_list() alone. */
int binding_ask(int root_fd, const char *device, const char *driver);

/* Puts the name @device on the list of what the driver takes by itself, which
 * gives it all devices that it matches and that have no driver. */
int binding_list(int root_fd, const char *device, const char *driver);

/* Gives @device to @driver, unless binding_list() has done so: that does not
 * return the error of the probe. */
int binding_complete(int root_fd, const char *device, const char *driver);

#endif
