// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/document-write.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "basic/text-stream.h"
#include "facts/json-value.h"

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
	_cleanup_free_ char *command_line = NULL;
	struct facts_host shown = *host;

	if (!with_machine_id)
		shown.machine_id = NULL;
	if (host->command_line) {
		command_line = without_secrets(host->command_line);
		if (!command_line)
			return -ENOMEM;
		shown.command_line = command_line;
	}
	return json_value_add(top, "host", json_value_new(host_fields, &shown));
}

/* A new list under @key. NULL: out of memory. */
static json_object *add_array(json_object *parent, const char *key)
{
	json_object *array = json_object_new_array();

	return json_value_add(parent, key, array) < 0 ? NULL : array;
}

static int write_nodes(json_object *top, const struct facts_snapshot *s)
{
	json_object *nodes = add_array(top, "nodes");
	int r = nodes ? 0 : -ENOMEM;

	for (size_t i = 0; i < s->n_nodes && r == 0; i++)
		r = json_value_append(nodes, json_value_node(&s->nodes[i]));
	return r;
}

static int write_region(json_object *regions, const struct facts_snapshot *s,
			size_t index)
{
	json_object *region = json_value_region(&s->regions[index]), *devices;
	size_t first, n = facts_region_devices(s, index, &first);
	int r;

	r = json_value_append(regions, region);
	if (r < 0)
		return r;
	devices = add_array(region, "devices");
	r = devices ? 0 : -ENOMEM;
	for (size_t i = first; i < first + n && r == 0; i++)
		r = json_value_append(devices,
				      json_value_device(&s->devices[i]));
	return r;
}

static int write_regions(json_object *top, const struct facts_snapshot *s)
{
	json_object *regions = add_array(top, "regions");
	int r = regions ? 0 : -ENOMEM;

	for (size_t i = 0; i < s->n_regions && r == 0; i++)
		r = write_region(regions, s, i);
	return r;
}

static bool goes_on(const struct facts_block *a, const struct facts_block *b)
{
	return b->id == a->id + 1 && b->state == a->state &&
	       b->zone == a->zone && b->node == a->node;
}

/* Blocks of the same kind one behind the other are one run. */
static int write_blocks(json_object *top, const struct facts_snapshot *s)
{
	json_object *runs = add_array(top, "blocks");
	int r = runs ? 0 : -ENOMEM;

	for (size_t i = 0, n; i < s->n_blocks && r == 0; i += n) {
		const struct facts_block *block = &s->blocks[i];
		struct block_run run = {
			.first = block->id,
			.state = block->state,
			.zone = block->zone,
			.node = block->node,
		};

		for (n = 1; i + n < s->n_blocks &&
			    goes_on(&s->blocks[i + n - 1], &s->blocks[i + n]);)
			n++;
		run.count = n;
		r = json_value_append(runs,
				      json_value_new(block_run_fields, &run));
	}
	return r;
}

static int write_all(json_object *top, const struct facts_snapshot *s,
		     bool with_machine_id)
{
	int r;

	r = json_value_add(top, "daxbroker_facts",
			   json_object_new_int(FACTS_DOCUMENT_VERSION));
	if (r == 0)
		r = write_host(top, &s->host, with_machine_id);
	if (r == 0)
		r = json_value_add(top, "kernel",
				   json_value_new(kernel_fields, &s->kernel));
	if (r == 0)
		r = json_value_add(top, "memory",
				   json_value_new(memory_fields, &s->memory));
	if (r == 0)
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
