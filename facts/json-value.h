/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_JSON_VALUE_H
#define FACTS_JSON_VALUE_H

#include <json.h>

#include "facts/field.h"
#include "facts/model/model.h"

/*
 * Facts as JSON objects, with the keys of facts/field.c. What makes an object
 * returns NULL when memory ran out; the caller owns it (json_object_put()).
 */

/* The members that @fields has of @base. */
json_object *json_value_new(const struct field *fields, const void *base);

/* Adds @value, which is given away, also on failure and when it is NULL for
 * want of memory. Returns 0 or -ENOMEM. */
int json_value_add(json_object *object, const char *key, json_object *value);
/* The same at the end of a list. */
int json_value_append(json_object *array, json_object *value);

/* With distances and performance. */
json_object *json_value_node(const struct facts_node *node);

/* With memdevs and performance, without devices. */
json_object *json_value_region(const struct facts_region *region);

/* With ranges, users and holders, these by process id alone; each null unless
 * it is known. Without blocks. */
json_object *json_value_device(const struct facts_device *device);

#endif
