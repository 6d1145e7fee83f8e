/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_CLIENT_H
#define CLI_CLIENT_H

#include <stdint.h>
#include <systemd/sd-bus.h>

#include "basic/exit-codes.h"

/* What needs neither polkit nor a switch is answered between two passes. */
#define CLIENT_ANSWER_USEC (25 * UINT64_C(1000000))
#define CLIENT_NO_LIMIT UINT64_MAX /* a TiB takes minutes */

/* Opens the bus. Returns EXIT_OK and *ret, to be unreferenced; or the status to
 * exit with after saying why. A bus that does not let us in is given up after 5
 * s. */
enum exit_code client_open(sd_bus **ret);

/* A call of the daemon's object @path; no call starts the daemon: who stopped
 * it did so on purpose. 0 or a negative errno. */
int client_new_call(sd_bus *bus, const char *path, const char *interface,
		    const char *method, sd_bus_message **ret);

/* Sends @message, the answer no later than @timeout. @action is the polkit
 * action that it needs, or "". Returns EXIT_OK and *ret, to be unreferenced; or
 * the status to exit with after saying why. */
enum exit_code client_send(sd_bus *bus, sd_bus_message *message,
			   const char *action, uint64_t timeout,
			   sd_bus_message **ret);

/* The status to exit with, after saying why: @error is the answer, or not set
 * where @r (negative errno) says that there was none. */
enum exit_code client_complain(const sd_bus_error *error, int r,
			       const char *action);

/* Calls a method of the manager that has no arguments; as client_send(). */
enum exit_code client_call(sd_bus *bus, const char *method, uint64_t timeout,
			   sd_bus_message **ret);

/* What the daemon says of each device, without a word where it cannot be asked
 * or does not answer within 5 s: 0 and *ret, to be unreferenced; or a negative
 * errno. */
int client_list(sd_bus_message **ret);

/* Reads a property of this D-Bus type; as client_send(). */
enum exit_code client_get(sd_bus *bus, const char *path, const char *interface,
			  const char *property, const char *type,
			  sd_bus_message **ret);

/* The path of the object of a device, "dax0.0"; to be freed. NULL: out of
 * memory. */
char *client_device_path(const char *device);

#endif
