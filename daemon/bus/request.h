/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_REQUEST_H
#define DAEMON_BUS_REQUEST_H

#include <systemd/sd-bus.h>

/*
 * What is kept of a method call that is answered later: enough to answer it.
 * Its arguments, its descriptors and whatever else the caller put in are not,
 * as they may be large and many.
 *
 * Returns 0 and *ret, which sd_bus_reply_...() take in the place of @call; or a
 * negative errno.
 */
int request_copy(sd_bus_message *call, sd_bus_message **ret);

#endif
