// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/object.h"

#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/utf8.h"

void object_add(json_object *object, const char *key, json_object *value)
{
	json_object_object_add(object, key, value);
}

/* JSON is UTF-8, names of files are any bytes. */
static json_object *new_string(const char *value)
{
	_cleanup_free_ char *copy = value ? strdup(value) : NULL;

	if (!copy)
		return NULL;
	utf8_repair(copy);
	return json_object_new_string(copy);
}

void object_add_string(json_object *object, const char *key, const char *value)
{
	object_add(object, key, new_string(value));
}

void object_add_number(json_object *object, const char *key, int64_t value)
{
	object_add(object, key,
		   value >= 0 ? json_object_new_int64(value) : NULL);
}

void object_add_known(json_object *object, const char *key, uint64_t value)
{
	object_add(object, key, value ? json_object_new_uint64(value) : NULL);
}

void object_add_bool(json_object *object, const char *key, bool value)
{
	object_add(object, key, json_object_new_boolean(value));
}

void object_add_strings(json_object *object, const char *key,
			const char *const *values, size_t n)
{
	json_object *array = json_object_new_array();

	for (size_t i = 0; i < n; i++)
		json_object_array_add(array, new_string(values[i]));
	object_add(object, key, array);
}

void object_print(json_object *object)
{
	json_object *top = json_object_new_object();

	object_add_number(top, "version", OBJECT_VERSION);
	json_object_object_foreach(object, key, value)
	{
		object_add(top, key, json_object_get(value));
	}
	puts(json_object_to_json_string_ext(
		top, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			     JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(top);
	json_object_put(object);
}
