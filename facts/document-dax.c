// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/document-dax.h"

#include <errno.h>
#include <string.h>

#include "basic/array.h"
#include "basic/parse.h"

static int read_range(struct document *document, json_object *item, void *data)
{
	struct facts_device *device = data;
	struct phys_range range;
	int r;

	if (!json_object_is_type(item, json_type_string) ||
	    parse_phys_range(json_object_get_string(item), &range) < 0)
		return document_wrong(document, "a range is not \"START-END\"");
	if (device->n_ranges &&
	    device->ranges[device->n_ranges - 1].end >= range.start)
		return document_wrong(document, "ranges of %s do not ascend",
				      device->name);
	r = ARRAY_GROW(device->ranges, device->n_ranges);
	if (r == 0)
		device->ranges[device->n_ranges++] = range;
	return r;
}

static int read_holder(struct document *document, json_object *item, void *data)
{
	struct facts_device *device = data;
	struct facts_holder *holder;
	int r;

	r = ARRAY_GROW(device->holders, device->n_holders);
	if (r < 0)
		return r;
	holder = &device->holders[device->n_holders++];
	*holder = (struct facts_holder){ .command = strdup("?") };
	if (!holder->command)
		return -ENOMEM;
	return document_fields(document, item, "holders", holder_fields,
			       holder);
}

/* What the rest of the program takes for granted of a device that was read
 * from sysfs. */
static int check_device(struct document *document,
			const struct facts_region *region,
			const struct facts_device *device)
{
	size_t length = strlen(region->path);
	uint64_t x, y;

	if (!facts_device_numbers(device->name, &x, &y))
		return document_wrong(document,
				      "a device is not called as one");
	if (strncmp(device->path, region->path, length) != 0 ||
	    device->path[length] != '/' ||
	    strcmp(device->path + length + 1, device->name) != 0)
		return document_wrong(document, "%s does not lie in its region",
				      device->name);
	return 0;
}

static int read_device(struct document *document, json_object *item,
		       _unused_ void *data)
{
	struct facts_snapshot *s = document->snapshot;
	struct facts_device *device;
	int r;

	r = ARRAY_GROW(s->devices, s->n_devices);
	if (r < 0)
		return r;
	device = &s->devices[s->n_devices++];
	*device = (struct facts_device){
		.region = s->n_regions - 1,
		.target_node = -1,
		.numa_node = -1,
		.memmap_on_memory = -1,
		.users = { .exclusive = -1, .dontfork = -1 },
	};
	r = document_fields(document, item, "devices", device_fields, device);
	if (r == 0)
		r = check_device(document, &s->regions[device->region], device);
	if (r == 0)
		r = document_each(document, item, "ranges", read_range, device);
	if (r == 0)
		r = document_member(document, item, "users", users_fields,
				    &device->users);
	if (r == 0)
		r = document_each(document, item, "holders", read_holder,
				  device);
	return r;
}

static int read_memdev(struct document *document, json_object *item, void *data)
{
	const struct field name = { "memdevs", FIELD_NAME, 0 };
	const struct field fields[] = { name, { .key = NULL } };
	struct facts_region *region = data;
	json_object *object;
	const char *key;
	int r;

	r = ARRAY_GROW(region->memdevs, region->n_memdevs);
	object = json_object_new_object();
	if (r < 0 || !object) {
		json_object_put(object);
		return -ENOMEM;
	}
	region->memdevs[region->n_memdevs] = NULL;
	json_object_object_add(object, name.key, json_object_get(item));
	r = fields_read(object, fields, &region->memdevs[region->n_memdevs],
			&key);
	json_object_put(object);
	if (r == -EINVAL)
		return document_wrong(document, "a memdev is no text");
	region->n_memdevs += r == 0;
	return r;
}

static int read_region(struct document *document, json_object *item,
		       _unused_ void *data)
{
	struct facts_snapshot *s = document->snapshot;
	struct facts_region *region;
	int r;

	r = ARRAY_GROW(s->regions, s->n_regions);
	if (r < 0)
		return r;
	region = &s->regions[s->n_regions++];
	*region = (struct facts_region){ .target_node = -1 };
	r = document_fields(document, item, "regions", region_fields, region);
	if (r < 0)
		return r;
	if (region->path[0] != '/' || region->path[1] == '\0')
		return document_wrong(document, "the path of a region is none");
	r = document_member(document, item, "performance", performance_fields,
			    &region->performance);
	if (r == 0)
		r = document_each(document, item, "memdevs", read_memdev,
				  region);
	if (r == 0)
		r = document_each(document, item, "devices", read_device, NULL);
	return r;
}

int document_dax_read(struct document *document, json_object *top)
{
	return document_each(document, top, "regions", read_region, NULL);
}
