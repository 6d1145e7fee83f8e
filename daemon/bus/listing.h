/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_LISTING_H
#define DAEMON_BUS_LISTING_H

#include <stdbool.h>
#include <systemd/sd-bus.h>

#include "broker/broker.h"

/* The answer of ListDevices(): each device's name, and what is known of
 * it (broker/record-fact.h) with the message. */
#define LISTING_SIGNATURE "a(sa{sv})"

/* Appends the devices of @table to @message as LISTING_SIGNATURE; without
 * @processes, nothing that names a process. Returns 0 or a negative errno. */
int listing_append(sd_bus_message *message, const struct record_table *table,
		   bool processes);

/* The answer of History(): the facts of each job. */
#define LISTING_HISTORY_SIGNATURE "aa{sv}"

/* Appends those of @device, or all if it is "", the oldest first; without
 * @processes, nothing that names a process. The same. */
int listing_append_history(sd_bus_message *message,
			   const struct history *history, const char *device,
			   bool processes);

/* PolicyErrors: file, line (0: all of it) and what is wrong. */
#define LISTING_ERRORS_SIGNATURE "a(sus)"

/* Appends those of the @n diagnostics that are errors. The same. */
int listing_append_errors(sd_bus_message *message,
			  const struct policy_diagnostic *diagnostics,
			  size_t n);

#endif
