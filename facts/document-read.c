// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/document-read.h"

#include <errno.h>
#include <string.h>

#include "basic/array.h"
#include "facts/document-dax.h"

/* No machine has more memory blocks. */
#define BLOCKS_MAX (UINT64_C(1) << 24)

static int read_distance(struct document *document, json_object *item,
			 void *data)
{
	struct facts_node *node = data;
	int r;

	if (!json_object_is_type(item, json_type_int))
		return document_wrong(document, "a distance is no number");
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
	r = document_fields(document, item, "nodes", node_fields, node);
	if (r < 0)
		return r;
	if (node->id < 0 || (s->n_nodes > 1 && node[-1].id >= node->id))
		return document_wrong(document,
				      "\"nodes\" do not have ascending ids");
	r = document_member(document, item, "performance", performance_fields,
			    &node->performance);
	if (r == 0)
		r = document_each(document, item, "distances", read_distance,
				  node);
	return r;
}

static int read_run(struct document *document, json_object *item,
		    _unused_ void *data)
{
	struct facts_snapshot *s = document->snapshot;
	struct block_run run = { .node = -1 };
	int r;

	r = document_fields(document, item, "blocks", block_run_fields, &run);
	if (r < 0)
		return r;
	if (run.count > BLOCKS_MAX - s->n_blocks ||
	    run.first > UINT64_MAX - run.count ||
	    (s->n_blocks && s->blocks[s->n_blocks - 1].id >= run.first))
		return document_wrong(document,
				      "\"blocks\" are none that there can be");
	for (uint64_t i = 0; i < run.count; i++) {
		r = ARRAY_GROW(s->blocks, s->n_blocks);
		if (r < 0)
			return r;
		s->blocks[s->n_blocks++] = (struct facts_block){
			.id = run.first + i,
			.state = run.state,
			.zone = run.zone,
			.node = run.node,
		};
	}
	return 0;
}

static int read_machine(struct document *document, json_object *top)
{
	struct facts_snapshot *s = document->snapshot;
	int r;

	r = document_member(document, top, "host", host_fields, &s->host);
	if (r == 0)
		r = document_member(document, top, "kernel", kernel_fields,
				    &s->kernel);
	if (r < 0)
		return r;
	if (s->kernel.block_size & (s->kernel.block_size - 1))
		return document_wrong(document,
				      "\"block_size\" is no power of two");
	return document_member(document, top, "memory", memory_fields,
			       &s->memory);
}

static int read_all(struct document *document, json_object *top)
{
	json_object *version;
	int r;

	if (!json_object_is_type(top, json_type_object) ||
	    !json_object_object_get_ex(top, "daxbroker_facts", &version))
		return document_wrong(document,
				      "this is no output of daxbroker facts");
	if (!json_object_is_type(version, json_type_int) ||
	    json_object_get_int64(version) != FACTS_DOCUMENT_VERSION)
		return document_wrong(
			document,
			"its version is not %d, which is all that this "
			"program knows",
			FACTS_DOCUMENT_VERSION);
	r = read_machine(document, top);
	if (r == 0)
		r = document_each(document, top, "nodes", read_node, NULL);
	if (r == 0)
		r = document_dax_read(document, top);
	if (r == 0)
		r = document_each(document, top, "blocks", read_run, NULL);
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
	/* JSON_TOKENER_STRICT of json-c 0.18 takes no byte above 0x7f. */
	json_tokener_set_flags(tokener, JSON_TOKENER_VALIDATE_UTF8);
	top = json_tokener_parse_ex(tokener, text, (int)size);
	if (!top)
		r = document_wrong(document, "this is no JSON: %s",
				   fault(tokener));
	else if (!is_blank(text + json_tokener_get_parse_end(tokener),
			   size - json_tokener_get_parse_end(tokener)))
		r = document_wrong(document,
				   "something stands behind the JSON");
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
		r = document_wrong(&document, "it is larger than %d bytes",
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
