// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/json-value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

int json_value_add(json_object *object, const char *key, json_object *value)
{
	if (value && json_object_object_add(object, key, value) == 0)
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

int json_value_append(json_object *array, json_object *value)
{
	if (value && json_object_array_add(array, value) == 0)
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

json_object *json_value_new(const struct field *fields, const void *base)
{
	json_object *object = json_object_new_object();

	if (object && fields_write(object, fields, base) == 0)
		return object;
	json_object_put(object);
	return NULL;
}

/* Returns @value; or puts it and returns NULL when @r is an error. */
static json_object *unless(int r, json_object *value)
{
	if (r == 0)
		return value;
	json_object_put(value);
	return NULL;
}

static json_object *distances(const struct facts_node *node)
{
	json_object *array = json_object_new_array();
	int r = array ? 0 : -ENOMEM;

	for (size_t i = 0; i < node->n_distances && r == 0; i++)
		r = json_value_append(array,
				      json_object_new_int(node->distances[i]));
	return unless(r, array);
}

static int add_performance(json_object *object,
			   const struct facts_performance *performance)
{
	return json_value_add(object, "performance",
			      json_value_new(performance_fields, performance));
}

json_object *json_value_node(const struct facts_node *node)
{
	json_object *object = json_value_new(node_fields, node);
	int r;

	if (!object)
		return NULL;
	r = json_value_add(object, "distances", distances(node));
	if (r == 0)
		r = add_performance(object, &node->performance);
	return unless(r, object);
}

static json_object *memdevs(const struct facts_region *region)
{
	json_object *array = json_object_new_array();
	int r = array ? 0 : -ENOMEM;

	for (size_t i = 0; i < region->n_memdevs && r == 0; i++)
		r = json_value_append(
			array, json_object_new_string(region->memdevs[i]));
	return unless(r, array);
}

json_object *json_value_region(const struct facts_region *region)
{
	json_object *object = json_value_new(region_fields, region);
	int r;

	if (!object)
		return NULL;
	r = json_value_add(object, "memdevs", memdevs(region));
	if (r == 0)
		r = add_performance(object, &region->performance);
	return unless(r, object);
}

static json_object *ranges(const struct facts_device *device)
{
	json_object *array = json_object_new_array();
	int r = array ? 0 : -ENOMEM;
	char text[48];

	for (size_t i = 0; i < device->n_ranges && r == 0; i++) {
		snprintf(text, sizeof(text), "0x%" PRIx64 "-0x%" PRIx64,
			 device->ranges[i].start, device->ranges[i].end);
		r = json_value_append(array, json_object_new_string(text));
	}
	return unless(r, array);
}

static json_object *holders(const struct facts_device *device)
{
	json_object *array = json_object_new_array();
	int r = array ? 0 : -ENOMEM;

	for (size_t i = 0; i < device->n_holders && r == 0; i++)
		r = json_value_append(
			array,
			json_value_new(holder_fields, &device->holders[i]));
	return unless(r, array);
}

/* null unless it is known. */
static int add_known(json_object *object, const char *key, bool known,
		     json_object *value)
{
	if (known)
		return json_value_add(object, key, value);
	json_object_put(value);
	return json_object_object_add(object, key, NULL) < 0 ? -ENOMEM : 0;
}

json_object *json_value_device(const struct facts_device *device)
{
	json_object *object = json_value_new(device_fields, device);
	int r;

	if (!object)
		return NULL;
	r = add_known(object, "ranges", device->ranges_known, ranges(device));
	if (r == 0)
		r = add_known(object, "users", device->users.known,
			      json_value_new(users_fields, &device->users));
	if (r == 0)
		r = add_known(object, "holders",
			      device->holders_known || device->n_holders,
			      holders(device));
	return unless(r, object);
}
