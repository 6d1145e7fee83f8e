/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_REPLY_H
#define CLI_REPLY_H

#include <json.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "cli/verb.h"

/* Prints what the daemon says of each device, below @overview of it, which may
 * be NULL and is given away. Returns the worst of the statuses
 * that their outcomes have. */
enum exit_code reply_print(const struct arguments *arguments,
			   sd_bus_message *reply, json_object *overview);

/* When the last job of @device began: microseconds since 1970. 0: it has not
 * failed, or that is not known. */
uint64_t reply_failed_attempt(sd_bus_message *reply, const char *device);

/* Prints what the daemon says of the policy files, its property PolicyErrors.
 * Returns EXIT_POLICY when there is any. */
enum exit_code reply_print_errors(sd_bus_message *reply);

#endif
