/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_REPLY_H
#define CLI_REPLY_H

#include <systemd/sd-bus.h>

#include "cli/verb.h"

/* Prints what the daemon says of each device. Returns the worst of the statuses
 * that their outcomes have. */
enum exit_code reply_print(const struct arguments *arguments,
			   sd_bus_message *reply);

/* Prints what the daemon says of the policy files, its property PolicyErrors.
 * Returns EXIT_POLICY when there is any. */
enum exit_code reply_print_errors(sd_bus_message *reply);

#endif
