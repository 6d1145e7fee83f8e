/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_INTROSPECTION_H
#define DAEMON_BUS_INTROSPECTION_H

#include "daemon/bus/kind.h"

/*
 * What the interfaces have, for those who read and for programs: made of the
 * vtables that answer the calls. It is installed as
 * /usr/share/dbus-1/interfaces/INTERFACE.xml, and the manual page has the names
 * and types of here.
 */

/* Those of all interfaces; the last is NULL. */
extern const struct kind *const introspections[];

/* As XML; NULL: out of memory. To be freed. */
char *introspection_xml(const struct kind *kind);

/* The method, signal or property of this name; NULL: there is none. */
const sd_bus_vtable *introspection_find(const struct kind *kind,
					const char *member);

/* Its name; NULL: the entry is of no member. */
const char *introspection_name(const sd_bus_vtable *entry);

/* The heading in the manual page: ".It Fn Cancel"; to be freed, NULL: out of
 * memory. */
char *introspection_heading(const sd_bus_vtable *entry);

#endif
