/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_OVERVIEW_H
#define CLI_OVERVIEW_H

#include <json.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "basic/exit-codes.h"

/*
 * What the daemon says of itself: the members version, started_at, loaded_at,
 * settled, policy_errors and last_job, an object. Returns EXIT_OK and *ret, to
 * be put; or the status to exit with after saying why.
 */
enum exit_code overview_read(sd_bus *bus, json_object **ret);

/* Prints it for a person, with what @devices have in common, and a blank line.
 */
void overview_print(json_object *overview, json_object *devices);

/* "Fri 2026-11-27 09:12:01 UTC; 45min ago" of @usec since 1970, into the
 * caller's buffer; "never" of 0. */
#define OVERVIEW_TIME_MAX 96
char *overview_time(uint64_t usec, char buf[OVERVIEW_TIME_MAX]);

#endif
