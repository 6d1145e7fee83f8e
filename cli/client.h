/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_CLIENT_H
#define CLI_CLIENT_H

#include <systemd/sd-bus.h>

#include "basic/exit-codes.h"

/*
 * Calls a method of the daemon, with @device for its argument or NULL, and
 * waits for the reply as long as it takes. @action is the polkit action that it
 * needs. Returns EXIT_OK and *ret, to be unreferenced; or the status to exit
 * with after saying why.
 */
enum exit_code client_call(const char *method, const char *device,
			   const char *action, sd_bus_message **ret);

/* Reads a property of the daemon's, of this D-Bus type; the same. */
enum exit_code client_get(const char *property, const char *type,
			  sd_bus_message **ret);

#endif
