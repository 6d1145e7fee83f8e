// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/document-write.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "basic/text-stream.h"
#include "facts/field.h"

static int add(json_object *object, const char *key, json_object *value)
{
	if (value && json_object_object_add(object, key, value) == 0)
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

static int append(json_object *array, json_object *value)
{
	if (value && json_object_array_add(array, value) == 0)
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

/* A new object of these fields under @key of @parent, or in the array @parent
 * where that is NULL. Returns NULL when out of memory. */
static json_object *add_object(json_object *parent, const char *key,
			       const struct field *fields, const void *base)
{
	json_object *object = json_object_new_object();
	int r;

	r = key ? add(parent, key, object) : append(parent, object);
	if (r < 0 || fields_write(object, fields, base) < 0)
		return NULL;
	return object;
}

static json_object *add_array(json_object *parent, const char *key)
{
	json_object *array = json_object_new_array();

	return add(parent, key, array) < 0 ? NULL : array;
}

/* Options whose values may be secrets by a part of their names. */
static bool is_secret(const char *word, size_t length)
{
	static const char *const parts[] = {
		"pass", "pw", "secret", "token", "key", "credential",
	};
	const char *equals = memchr(word, '=', length);

	if (!equals)
		return false;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		for (const char *p = word; p < equals; p++)
			if (strncasecmp(p, parts[i], strlen(parts[i])) == 0)
				return true;
	return false;
}

static size_t word_length(const char *word)
{
	bool quoted = false;
	size_t n = 0;

	for (; word[n] && (quoted || !isspace((unsigned char)word[n])); n++)
		if (word[n] == '"')
			quoted = !quoted;
	return n;
}

static char *without_secrets(const char *command_line)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);
	size_t length;

	if (!f)
		return NULL;
	for (const char *p = command_line; *p; p += length) {
		length = word_length(p);
		if (length == 0) {
			fputc(' ', f);
			length = 1;
		} else if (is_secret(p, length)) {
			fprintf(f, "%.*s=...", (int)strcspn(p, "="), p);
		} else {
			fwrite(p, 1, length, f);
		}
	}
	return text_stream_take(&stream);
}

static int write_host(json_object *top, const struct facts_host *host,
		      bool with_machine_id)
{
	json_object *object = add_object(top, "host", host_fields, host);
	_cleanup_free_ char *command_line = NULL;
	int r = 0;

	if (!object)
		return -ENOMEM;
	if (host->command_line) {
		command_line = without_secrets(host->command_line);
		if (!command_line)
			return -ENOMEM;
		r = add(object, "command_line",
			json_object_new_string(command_line));
	}
	if (r == 0 && with_machine_id && host->machine_id)
		r = add(object, "machine_id",
			json_object_new_string(host->machine_id));
	return r;
}

static int write_nodes(json_object *top, const struct facts_snapshot *s)
{
	json_object *nodes = add_array(top, "nodes");
	int r = nodes ? 0 : -ENOMEM;

	for (size_t i = 0; i < s->n_nodes && r == 0; i++) {
		const struct facts_node *node = &s->nodes[i];
		json_object *object, *distances;

		object = add_object(nodes, NULL, node_fields, node);
		distances = object ? add_array(object, "distances") : NULL;
		if (!distances ||
		    !add_object(object, "performance", performance_fields,
				&node->performance))
			return -ENOMEM;
		for (size_t j = 0; j < node->n_distances && r == 0; j++)
			r = append(distances,
				   json_object_new_int(node->distances[j]));
	}
	return r;
}

static int write_ranges(json_object *object, const struct facts_device *device)
{
	json_object *ranges = add_array(object, "ranges");
	int r = ranges ? 0 : -ENOMEM;
	char text[48];

	for (size_t i = 0; i < device->n_ranges && r == 0; i++) {
		snprintf(text, sizeof(text), "0x%" PRIx64 "-0x%" PRIx64,
			 device->ranges[i].start, device->ranges[i].end);
		r = append(ranges, json_object_new_string(text));
	}
	return r;
}

static int write_device(json_object *devices, const struct facts_device *device)
{
	json_object *object, *holders;
	int r;

	object = add_object(devices, NULL, device_fields, device);
	if (!object)
		return -ENOMEM;
	r = write_ranges(object, device);
	if (r < 0)
		return r;
	if (device->users.known &&
	    !add_object(object, "users", users_fields, &device->users))
		return -ENOMEM;
	holders = add_array(object, "holders");
	if (!holders)
		return -ENOMEM;
	for (size_t i = 0; i < device->n_holders; i++)
		if (!add_object(holders, NULL, holder_fields,
				&device->holders[i]))
			return -ENOMEM;
	return 0;
}

/* Devices of one region stand side by side, in the order of the regions; *next
 * is moved behind those of this one. */
static int write_region(json_object *regions, const struct facts_snapshot *s,
			size_t index, size_t *next)
{
	const struct facts_region *region = &s->regions[index];
	json_object *object, *memdevs, *devices;
	int r = 0;

	object = add_object(regions, NULL, region_fields, region);
	if (!object || !add_object(object, "performance", performance_fields,
				   &region->performance))
		return -ENOMEM;
	r = add(object, "provider",
		json_object_new_string(facts_provider_name(region->provider)));
	if (r < 0)
		return r;
	memdevs = add_array(object, "memdevs");
	devices = add_array(object, "devices");
	if (!memdevs || !devices)
		return -ENOMEM;
	for (size_t i = 0; i < region->n_memdevs && r == 0; i++)
		r = append(memdevs, json_object_new_string(region->memdevs[i]));
	for (; *next < s->n_devices && s->devices[*next].region == index &&
	       r == 0;
	     (*next)++)
		r = write_device(devices, &s->devices[*next]);
	return r;
}

static int write_regions(json_object *top, const struct facts_snapshot *s)
{
	json_object *regions = add_array(top, "regions");
	int r = regions ? 0 : -ENOMEM;
	size_t next = 0;

	for (size_t i = 0; i < s->n_regions && r == 0; i++)
		r = write_region(regions, s, i, &next);
	return r;
}

static bool goes_on(const struct facts_block *a, const struct facts_block *b)
{
	return b->id == a->id + 1 && b->state == a->state &&
	       b->zone == a->zone && b->node == a->node;
}

static int write_run(json_object *runs, const struct facts_block *block,
		     size_t n)
{
	json_object *run = json_object_new_object();
	int r;

	r = append(runs, run);
	if (r == 0)
		r = add(run, "first", json_object_new_uint64(block->id));
	if (r == 0)
		r = add(run, "count", json_object_new_uint64(n));
	if (r == 0)
		r = add(run, "state",
			json_object_new_string(
				facts_block_state_name(block->state)));
	if (r == 0)
		r = add(run, "zone",
			json_object_new_string(facts_zone_name(block->zone)));
	if (r == 0)
		r = add(run, "node", json_object_new_int(block->node));
	return r;
}

/* Blocks of the same kind one behind the other are one run. */
static int write_blocks(json_object *top, const struct facts_snapshot *s)
{
	json_object *runs = add_array(top, "blocks");
	int r = runs ? 0 : -ENOMEM;

	for (size_t i = 0, n; i < s->n_blocks && r == 0; i += n) {
		for (n = 1; i + n < s->n_blocks &&
			    goes_on(&s->blocks[i + n - 1], &s->blocks[i + n]);)
			n++;
		r = write_run(runs, &s->blocks[i], n);
	}
	return r;
}

static int write_all(json_object *top, const struct facts_snapshot *s,
		     bool with_machine_id)
{
	int r;

	r = add(top, "daxbroker_facts",
		json_object_new_int(FACTS_DOCUMENT_VERSION));
	if (r == 0)
		r = write_host(top, &s->host, with_machine_id);
	if (r < 0 || !add_object(top, "kernel", kernel_fields, &s->kernel) ||
	    !add_object(top, "memory", memory_fields, &s->memory))
		return -ENOMEM;
	r = write_nodes(top, s);
	if (r == 0)
		r = write_regions(top, s);
	if (r == 0)
		r = write_blocks(top, s);
	return r;
}

int facts_document_write(const struct facts_snapshot *snapshot,
			 bool with_machine_id, char **ret)
{
	json_object *top = json_object_new_object();
	const char *text = NULL;
	char *copy = NULL;

	if (top && write_all(top, snapshot, with_machine_id) == 0)
		text = json_object_to_json_string_ext(
			top, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
				     JSON_C_TO_STRING_NOSLASHESCAPE);
	if (text)
		copy = strdup(text);
	json_object_put(top);
	if (!copy)
		return -ENOMEM;
	*ret = copy;
	return 0;
}
