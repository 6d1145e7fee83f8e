/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_LEASE_COLUMN_H
#define CLI_LEASE_COLUMN_H

#include <json.h>
#include <stdbool.h>

/* What is shown of a lease: the properties of its object in a mirror. */
struct lease_column {
	const char *name;
	bool listed; /* in the table; else in what shows one lease only */
	bool number; /* right-aligned */
	/* To be freed; NULL: out of memory. "": there is none. */
	char *(*text)(json_object *lease, const char *property, bool bytes);
	const char *property;
	bool list_only; /* it is shown in full where there is one lease only */
};

/* The last has name NULL. */
extern const struct lease_column lease_columns[];

/* As JSON: each property by its usual name; to be freed. */
json_object *lease_column_object(json_object *lease);

#endif
