/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_OBJECT_H
#define CLI_OBJECT_H

#include <json.h>
#include <stdbool.h>
#include <stdint.h>

/* Members of a JSON object. */

/* null for NULL. */
void object_add_string(json_object *object, const char *key, const char *value);
/* null for a negative one. */
void object_add_number(json_object *object, const char *key, int64_t value);
/* null for 0, which stands for unknown. */
void object_add_known(json_object *object, const char *key, uint64_t value);
void object_add_bool(json_object *object, const char *key, bool value);
/* An array of @n strings. */
void object_add_strings(json_object *object, const char *key,
			const char *const *values, size_t n);
/* Takes over @value; null for NULL. */
void object_add(json_object *object, const char *key, json_object *value);

/* Of what is printed: names and types of members stay as they are as long as it
 * does. */
#define OBJECT_VERSION 1

/* Prints @object with the member "version" and a newline, and frees it. */
void object_print(json_object *object);

#endif
