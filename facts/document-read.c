// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/document-read.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "basic/array.h"
#include "basic/parse.h"
#include "facts/field.h"

/* No machine has more memory blocks; see daemon/plan/plan.c. */
#define BLOCKS_MAX (UINT64_C(1) << 24)

struct document {
	struct facts_snapshot *snapshot;
	char *message; /* what is wrong */
};

static int wrong(struct document *document, const char *format, ...)
	_printf_(2, 3);

/* Returns -EINVAL, or -ENOMEM. */
static int wrong(struct document *document, const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = vasprintf(&document->message, format, ap);
	va_end(ap);
	if (r < 0) {
		document->message = NULL;
		return -ENOMEM;
	}
	return -EINVAL;
}

static int read_fields(struct document *document, json_object *object,
		       const char *what, const struct field *fields, void *base)
{
	const char *key = NULL;
	int r;

	if (!json_object_is_type(object, json_type_object))
		return wrong(document, "\"%s\" is no object", what);
	r = fields_read(object, fields, base, &key);
	if (r == -EINVAL)
		return wrong(document,
			     "\"%s\" of \"%s\" is not of the form "
			     "that it must have",
			     key, what);
	return r;
}

/* Returns 1 and *ret; 0 when there is none; or -EINVAL or -ENOMEM. */
static int find_array(struct document *document, json_object *object,
		      const char *key, json_object **ret)
{
	if (!json_object_object_get_ex(object, key, ret) || !*ret)
		return 0;
	if (!json_object_is_type(*ret, json_type_array))
		return wrong(document, "\"%s\" is no list", key);
	return 1;
}

static int
read_each(struct document *document, json_object *object, const char *key,
	  int (*read)(struct document *document, json_object *item, void *data),
	  void *data)
{
	json_object *array;
	int r;

	r = find_array(document, object, key, &array);
	if (r <= 0)
		return r;
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		r = read(document, json_object_array_get_idx(array, i), data);
		if (r < 0)
			return r;
	}
	return 0;
}

/* A member that is an object of its own; it may be missing. */
static int read_member(struct document *document, json_object *object,
		       const char *key, const struct field *fields, void *base)
{
	json_object *member;

	if (!json_object_object_get_ex(object, key, &member))
		return 0;
	return read_fields(document, member, key, fields, base);
}

static int read_distance(struct document *document, json_object *item,
			 void *data)
{
	struct facts_node *node = data;
	int r;

	if (!json_object_is_type(item, json_type_int))
		return wrong(document, "a distance is no number");
	r = ARRAY_GROW(node->distances, node->n_distances);
	if (r == 0)
		node->distances[node->n_distances++] =
			json_object_get_int(item);
	return r;
}

static int read_node(struct document *document, json_object *item,
		     _unused_ void *data)
{
	struct facts_snapshot *s = document->snapshot;
	struct facts_node *node;
	int r;

	r = ARRAY_GROW(s->nodes, s->n_nodes);
	if (r < 0)
		return r;
	node = &s->nodes[s->n_nodes++];
	*node = (struct facts_node){ .id = -1 };
	r = read_fields(document, item, "nodes", node_fields, node);
	if (r < 0)
		return r;
	if (node->id < 0 || (s->n_nodes > 1 && node[-1].id >= node->id))
		return wrong(document, "\"nodes\" do not have ascending ids");
	r = read_member(document, item, "performance", performance_fields,
			&node->performance);
	if (r == 0)
		r = read_each(document, item, "distances", read_distance, node);
	return r;
}

static int read_range(struct document *document, json_object *item, void *data)
{
	struct facts_device *device = data;
	struct phys_range range;
	int r;

	if (!json_object_is_type(item, json_type_string) ||
	    parse_phys_range(json_object_get_string(item), &range) < 0)
		return wrong(document, "a range is not \"START-END\"");
	if (device->n_ranges &&
	    device->ranges[device->n_ranges - 1].end >= range.start)
		return wrong(document, "ranges of %s do not ascend",
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
	return read_fields(document, item, "holders", holder_fields, holder);
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
		return wrong(document, "a device is not called as one");
	if (strncmp(device->path, region->path, length) != 0 ||
	    device->path[length] != '/' ||
	    strcmp(device->path + length + 1, device->name) != 0)
		return wrong(document, "%s does not lie in its region",
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
	r = read_fields(document, item, "devices", device_fields, device);
	if (r == 0)
		r = check_device(document, &s->regions[device->region], device);
	if (r == 0)
		r = read_each(document, item, "ranges", read_range, device);
	if (r == 0)
		r = read_member(document, item, "users", users_fields,
				&device->users);
	if (r == 0)
		r = read_each(document, item, "holders", read_holder, device);
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
		return wrong(document, "a memdev is no text");
	region->n_memdevs += r == 0;
	return r;
}

/* An index into the words that @name gives, or -1. */
static int find_word(json_object *object, const char *key,
		     const char *(*name)(int value), int n)
{
	json_object *value;

	if (!json_object_object_get_ex(object, key, &value) ||
	    !json_object_is_type(value, json_type_string))
		return -1;
	for (int i = 0; i < n; i++)
		if (strcmp(json_object_get_string(value), name(i)) == 0)
			return i;
	return -1;
}

static const char *provider_name(int value)
{
	return facts_provider_name((enum facts_provider)value);
}

static const char *state_name(int value)
{
	return facts_block_state_name((enum facts_block_state)value);
}

static const char *zone_name(int value)
{
	return facts_zone_name((enum facts_zone)value);
}

static int read_region(struct document *document, json_object *item,
		       _unused_ void *data)
{
	struct facts_snapshot *s = document->snapshot;
	struct facts_region *region;
	int r, provider;

	r = ARRAY_GROW(s->regions, s->n_regions);
	if (r < 0)
		return r;
	region = &s->regions[s->n_regions++];
	*region = (struct facts_region){ .target_node = -1 };
	r = read_fields(document, item, "regions", region_fields, region);
	if (r < 0)
		return r;
	if (region->path[0] != '/' || region->path[1] == '\0')
		return wrong(document, "the path of a region is none");
	provider = find_word(item, "provider", provider_name,
			     FACTS_PROVIDER_CXL + 1);
	if (provider < 0)
		return wrong(document, "the provider of %s is unknown",
			     region->path);
	region->provider = (enum facts_provider)provider;
	r = read_member(document, item, "performance", performance_fields,
			&region->performance);
	if (r == 0)
		r = read_each(document, item, "memdevs", read_memdev, region);
	if (r == 0)
		r = read_each(document, item, "devices", read_device, NULL);
	return r;
}

/* A run of blocks of one kind. */
struct run {
	uint64_t first;
	uint64_t count;
	int node;
};

static const struct field run_fields[] = {
	FIELD(struct run, FIELD_U64, first),
	FIELD(struct run, FIELD_U64, count),
	FIELD(struct run, FIELD_INT, node),
	{ .key = NULL },
};

static int read_run(struct document *document, json_object *item,
		    _unused_ void *data)
{
	struct facts_snapshot *s = document->snapshot;
	struct run run = { .node = -1 };
	int r, state, zone;

	r = read_fields(document, item, "blocks", run_fields, &run);
	if (r < 0)
		return r;
	state = find_word(item, "state", state_name, FACTS_BLOCK_UNKNOWN + 1);
	zone = find_word(item, "zone", zone_name, FACTS_ZONE_OTHER + 1);
	if (state < 0 || zone < 0 || run.count > BLOCKS_MAX - s->n_blocks ||
	    run.first > UINT64_MAX - run.count ||
	    (s->n_blocks && s->blocks[s->n_blocks - 1].id >= run.first))
		return wrong(document, "\"blocks\" are none that there can be");
	for (uint64_t i = 0; i < run.count; i++) {
		r = ARRAY_GROW(s->blocks, s->n_blocks);
		if (r < 0)
			return r;
		s->blocks[s->n_blocks++] = (struct facts_block){
			.id = run.first + i,
			.state = (enum facts_block_state)state,
			.zone = (enum facts_zone)zone,
			.node = run.node,
		};
	}
	return 0;
}

static int read_host(struct document *document, json_object *top)
{
	static const struct field more[] = {
		FIELD(struct facts_host, FIELD_STRING, command_line),
		FIELD(struct facts_host, FIELD_STRING, machine_id),
		{ .key = NULL },
	};
	struct facts_host *host = &document->snapshot->host;
	json_object *object;
	int r;

	if (!json_object_object_get_ex(top, "host", &object))
		return 0;
	r = read_fields(document, object, "host", host_fields, host);
	if (r == 0)
		r = read_fields(document, object, "host", more, host);
	return r;
}

static int read_kernel(struct document *document, json_object *top)
{
	struct facts_snapshot *s = document->snapshot;
	json_object *object;
	int r = 0;

	if (json_object_object_get_ex(top, "kernel", &object))
		r = read_fields(document, object, "kernel", kernel_fields,
				&s->kernel);
	if (r < 0)
		return r;
	if (s->kernel.block_size & (s->kernel.block_size - 1))
		return wrong(document, "\"block_size\" is no power of two");
	if (json_object_object_get_ex(top, "memory", &object))
		r = read_fields(document, object, "memory", memory_fields,
				&s->memory);
	return r;
}

static int read_all(struct document *document, json_object *top)
{
	json_object *version;
	int r;

	if (!json_object_is_type(top, json_type_object) ||
	    !json_object_object_get_ex(top, "daxbroker_facts", &version))
		return wrong(document, "this is no output of daxbroker facts");
	if (!json_object_is_type(version, json_type_int) ||
	    json_object_get_int64(version) != FACTS_DOCUMENT_VERSION)
		return wrong(document,
			     "its version is not %d, which is all that this "
			     "program knows",
			     FACTS_DOCUMENT_VERSION);
	r = read_host(document, top);
	if (r == 0)
		r = read_kernel(document, top);
	if (r == 0)
		r = read_each(document, top, "nodes", read_node, NULL);
	if (r == 0)
		r = read_each(document, top, "regions", read_region, NULL);
	if (r == 0)
		r = read_each(document, top, "blocks", read_run, NULL);
	if (r == 0 && document->snapshot->kernel.block_size)
		r = facts_set_device_blocks(document->snapshot);
	return r;
}

static const char *fault(struct json_tokener *tokener)
{
	enum json_tokener_error error = json_tokener_get_error(tokener);

	return error == json_tokener_continue ? "it ends too soon"
					      : json_tokener_error_desc(error);
}

static bool is_blank(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!text[i] || !strchr(" \t\r\n", text[i]))
			return false;
	return true;
}

static int parse(struct document *document, const char *text, size_t size)
{
	struct json_tokener *tokener = json_tokener_new();
	json_object *top;
	int r;

	if (!tokener)
		return -ENOMEM;
	json_tokener_set_flags(
		tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8 |
				 JSON_TOKENER_ALLOW_TRAILING_CHARS);
	top = json_tokener_parse_ex(tokener, text, (int)size);
	if (!top)
		r = wrong(document, "this is no JSON: %s", fault(tokener));
	else if (!is_blank(text + json_tokener_get_parse_end(tokener),
			   size - json_tokener_get_parse_end(tokener)))
		r = wrong(document, "something stands behind the JSON");
	else
		r = read_all(document, top);
	json_object_put(top);
	json_tokener_free(tokener);
	return r;
}

int facts_document_read(const char *text, size_t size,
			struct facts_snapshot **ret, char **ret_message)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot =
		calloc(1, sizeof(*snapshot));
	struct document document = { snapshot, NULL };
	int r;

	if (!snapshot)
		return -ENOMEM;
	if (size > FACTS_DOCUMENT_SIZE_MAX)
		r = wrong(&document, "it is larger than %d bytes",
			  FACTS_DOCUMENT_SIZE_MAX);
	else
		r = parse(&document, text, size);
	if (r == -EINVAL)
		*ret_message = document.message;
	if (r < 0)
		return r;
	*ret = TAKE_PTR(snapshot);
	return 0;
}
