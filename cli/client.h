/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_CLIENT_H
#define CLI_CLIENT_H

#include <stdint.h>
#include <systemd/sd-bus.h>

#include "basic/exit-codes.h"

/* What needs neither polkit nor a switch is answered between two passes. */
#define CLIENT_ANSWER_USEC (25 * UINT64_C(1000000))
#define CLIENT_NO_LIMIT UINT64_MAX /* a TiB takes minutes */

/*
 * Calls a method of the daemon, with @device for its argument or NULL, and
 * waits for the reply no longer than @timeout. @action is the polkit action
 * that it needs. Returns EXIT_OK and *ret, to be unreferenced; or the status to
 * exit with after saying why. A bus that does not let us in is given up after 5
 * s.
 */
enum exit_code client_call(const char *method, const char *device,
			   const char *action, uint64_t timeout,
			   sd_bus_message **ret);

/* What the daemon says of each device, without a word where it cannot be asked
 * or does not answer within 5 s: 0 and *ret, to be unreferenced; or a negative
 * errno. */
int client_list(sd_bus_message **ret);

/* Reads a property of the daemon's, of this D-Bus type; the same. */
enum exit_code client_get(const char *property, const char *type,
			  sd_bus_message **ret);

#endif
