/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_LISTING_H
#define DAEMON_BUS_LISTING_H

#include <systemd/sd-bus.h>

#include "broker/record-table.h"

/* The answer of Apply() and List(): one struct for each device. */
#define LISTING_SIGNATURE "a(ssssss)"

/* Appends the devices of @table to @message as LISTING_SIGNATURE. Returns 0
 * or a negative errno. */
int listing_append(sd_bus_message *message, const struct record_table *table);

#endif
