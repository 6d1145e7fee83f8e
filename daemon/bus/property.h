/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_PROPERTY_H
#define DAEMON_BUS_PROPERTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "daemon/bus/kind.h"

/*
 * The properties of objects, made of their facts by type: s, t, i, u, b, o (the
 * object of that name), as (words) and a{sv} (all details). A fact that does
 * not apply is "", 0, -1 (of i and u), false, "/" or empty.
 */

/* No kind has more. */
#define PROPERTY_MAX 32

/* The getter of all of them; @userdata is a struct exported. */
int property_get(sd_bus *bus, const char *path, const char *interface,
		 const char *property, sd_bus_message *reply, void *userdata,
		 sd_bus_error *error);

/* A property whose changes are signalled; it has no handler of its own. */
#define PROPERTY(name, signature)                         \
	SD_BUS_PROPERTY(name, signature, property_get, 0, \
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)
#define PROPERTY_CONSTANT(name, signature)                \
	SD_BUS_PROPERTY(name, signature, property_get, 0, \
			SD_BUS_VTABLE_PROPERTY_CONST)

/* Whether changes of the entry of a vtable are signalled. */
bool property_is_signalled(const sd_bus_vtable *entry);

/* A number for each entry of the kind's vtable that another value of @item
 * changes; those of entries that are not signalled are not set. */
void property_hash(const struct kind *kind, const void *item,
		   uint64_t ret[PROPERTY_MAX]);

/* The number that @text makes of @hash. */
uint64_t property_hash_text(uint64_t hash, const char *text);

/* "attempted_at" of "AttemptedAt" */
#define PROPERTY_NAME_MAX 32
void property_fact(const struct kind *kind, const char *property,
		   char ret[PROPERTY_NAME_MAX]);

/* The path of the object of a kind; to be freed. NULL: out of memory. */
char *property_path(const char *kind, const char *id);

/* Appends @facts of @item, which @message has room for: a{sv}. Returns 0 or a
 * negative errno. */
int property_append_facts(sd_bus_message *message,
			  void (*facts)(const void *item, act_fact_fn fact,
					void *userdata),
			  const void *item);

/* Bytes that are no UTF-8 become "?": a message takes no others. */
int property_append_text(sd_bus_message *message, const char *text);

/* Appends an entry {sv} of type s or t. */
int property_append_fact(sd_bus_message *message, const char *name,
			 const char *value, bool is_number);

#endif
