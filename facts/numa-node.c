// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/numa-node.h"

#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "basic/array.h"
#include "basic/parse.h"
#include "basic/text.h"
#include "facts/root.h"

#define NODE_DIR_MAX (sizeof(NODES_DIR "/node") + 20)

/* A line of nodeN/meminfo: "Node 1 MemTotal:    1048576 kB". */
static int meminfo_bytes(const char *meminfo, const char *key, uint64_t *ret)
{
	const char *found = strstr(meminfo, key);
	char number[24];
	size_t length;
	uint64_t kib;

	if (!found)
		return -EINVAL;
	found += strlen(key);
	found += strspn(found, " ");
	length = strspn(found, "0123456789");
	if (length == 0 || length >= sizeof(number))
		return -EINVAL;
	memcpy(number, found, length);
	number[length] = '\0';
	if (parse_u64(number, &kib) < 0 || kib > UINT64_MAX / 1024 ||
	    strncmp(found + length, " kB\n", 4) != 0)
		return -EINVAL;
	*ret = kib * 1024;
	return 0;
}

static void read_meminfo(struct facts_reader *reader, const char *dir,
			 struct facts_node *node)
{
	_cleanup_free_ char *meminfo = NULL;

	if (reader_text(reader, dir, "meminfo", &meminfo) < 0)
		return;
	if (meminfo_bytes(meminfo, " MemTotal:", &node->size) < 0 ||
	    meminfo_bytes(meminfo, " MemFree:", &node->free) < 0)
		reader_problem(reader, dir, "meminfo",
			       "no MemTotal or no MemFree in kB");
}

static int add_distance(struct facts_node *node, const char *word)
{
	int distance, r;

	r = parse_int(word, &distance);
	if (r < 0)
		return r;
	r = ARRAY_GROW(node->distances, node->n_distances);
	if (r < 0)
		return r;
	node->distances[node->n_distances++] = distance;
	return 0;
}

static void read_distances(struct facts_reader *reader, const char *dir,
			   struct facts_node *node)
{
	_cleanup_free_ char *line = NULL;
	char *word, *rest;

	if (reader_line(reader, dir, "distance", &line) < 0)
		return;
	for (word = strtok_r(line, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		int r = add_distance(node, word);

		reader_check(reader, r);
		if (r == -EINVAL || r == -ERANGE) {
			reader_problem(reader, dir, "distance",
				       "not of the expected form");
			node->n_distances = 0;
			free(TAKE_PTR(node->distances));
			return;
		}
	}
}

static void read_node(struct facts_reader *reader, struct facts_node *node)
{
	_cleanup_free_ char *cpus = NULL;
	char initiators[NODE_DIR_MAX + sizeof("/access0/initiators")];
	char dir[NODE_DIR_MAX];

	snprintf(dir, sizeof(dir), NODES_DIR "/node%d", node->id);
	snprintf(initiators, sizeof(initiators), "%s/access0/initiators", dir);
	read_meminfo(reader, dir, node);
	read_distances(reader, dir, node);
	if (reader_line(reader, dir, "cpulist", &cpus) == 0)
		node->has_cpu = isdigit((unsigned char)cpus[0]);
	reader_performance(reader, initiators, &node->performance);
}

static void add_node(struct facts_reader *reader, uint64_t id,
		     void *data _unused_)
{
	struct facts_snapshot *s = reader->snapshot;

	if (id > INT_MAX)
		return;
	if (ARRAY_GROW(s->nodes, s->n_nodes) < 0) {
		reader->error = -ENOMEM;
		return;
	}
	s->nodes[s->n_nodes++] = (struct facts_node){ .id = (int)id };
}

static int compare_nodes(const void *a, const void *b)
{
	const struct facts_node *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

void numa_nodes_read(struct facts_reader *reader)
{
	struct facts_snapshot *s = reader->snapshot;
	size_t i;

	/* No directory: a kernel without NUMA. */
	reader_require(reader, reader_numbered(reader, NODES_DIR, "node",
					       add_node, NULL));
	if (s->n_nodes)
		qsort(s->nodes, s->n_nodes, sizeof(*s->nodes), compare_nodes);
	for (i = 0; i < s->n_nodes; i++)
		read_node(reader, &s->nodes[i]);
}

bool numa_node_has_memory(int root_fd, int node)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	uint64_t total = 0;

	path = text_format(NODES_DIR "/node%d/meminfo", node);
	return path && root_read_text(root_fd, path, &text) == 0 &&
	       meminfo_bytes(text, "MemTotal:", &total) == 0 && total > 0;
}
