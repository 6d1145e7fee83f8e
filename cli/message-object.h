/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_MESSAGE_OBJECT_H
#define CLI_MESSAGE_OBJECT_H

#include <json.h>
#include <systemd/sd-bus.h>

/* What a bus message holds, as JSON: texts, numbers, booleans, and arrays and
 * dictionaries of these. What is of another type, maybe of a later daemon, is
 * left out. */

/* Adds the entries of the dictionary a{sv} that comes next to @object. 0 or a
 * negative errno. */
int message_object_read(sd_bus_message *message, json_object *object);

#endif
