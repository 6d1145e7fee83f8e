// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/memory-blocks.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/cleanup.h"
#include "basic/names.h"
#include "facts/memory-block.h"
#include "facts/numa-node.h"

#define NODE_UNKNOWN (-1)

/* A block that exists, not read yet. */
struct candidate {
	uint64_t id;
	int node;
	bool wanted;
};

struct candidate_list {
	struct candidate *items; /* by id */
	size_t n;
	int node; /* while a node's blocks are listed */
};

static void cleanup_candidates(struct candidate_list *list)
{
	free(list->items);
}

static void add_candidate(struct facts_reader *reader, uint64_t id, void *data)
{
	struct candidate_list *list = data;

	if (ARRAY_GROW(list->items, list->n) < 0) {
		reader->error = -ENOMEM;
		return;
	}
	list->items[list->n++] =
		(struct candidate){ .id = id, .node = NODE_UNKNOWN };
}

static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static void list_candidates(struct facts_reader *reader,
			    struct candidate_list *list)
{
	reader_require(reader, reader_numbered(reader, MEMORY_BLOCKS_DIR,
					       "memory", add_candidate, list));
	if (list->n)
		qsort(list->items, list->n, sizeof(*list->items),
		      compare_candidates);
}

static void want_blocks_of(const struct facts_snapshot *s,
			   const struct facts_device *device,
			   struct candidate_list *list)
{
	uint64_t first, n;

	for (size_t k = 0; k < device->n_ranges; k++) {
		n = phys_range_blocks(device->ranges[k], s->kernel.block_size,
				      &first);
		for (size_t c = ARRAY_BISECT(list->items, list->n, id, first);
		     c < list->n && list->items[c].id - first < n; c++)
			list->items[c].wanted = true;
	}
}

/* What kmem's `state` says of them is no substitute: it stays the same while a
 * write to it that was cut off still takes blocks offline. */
static void want_device_blocks(const struct facts_snapshot *s,
			       struct candidate_list *list)
{
	for (size_t i = 0; i < s->n_devices; i++)
		want_blocks_of(s, &s->devices[i], list);
}

static void want_candidate(struct facts_reader *reader _unused_, uint64_t id,
			   void *data)
{
	struct candidate_list *list = data;
	size_t c = ARRAY_BISECT(list->items, list->n, id, id);

	if (c == list->n || list->items[c].id != id)
		return;
	list->items[c].wanted = true;
	/* A block across two nodes counts for the lower one. */
	if (list->items[c].node == NODE_UNKNOWN)
		list->items[c].node = list->node;
}

static bool is_target(const struct facts_snapshot *s, int node)
{
	size_t i;

	/* All devices of a region have its target. */
	for (i = 0; i < s->n_regions; i++)
		if (s->regions[i].target_node == node)
			return true;
	return false;
}

static void want_target_nodes_blocks(struct facts_reader *reader,
				     struct candidate_list *list)
{
	const struct facts_snapshot *s = reader->snapshot;
	char dir[sizeof(NODES_DIR "/node") + 20];
	size_t i;

	for (i = 0; i < s->n_nodes; i++) {
		if (!is_target(s, s->nodes[i].id))
			continue;
		snprintf(dir, sizeof(dir), NODES_DIR "/node%d", s->nodes[i].id);
		list->node = s->nodes[i].id;
		reader_numbered(reader, dir, "memory", want_candidate, list);
	}
}

static void report_unknown(struct facts_reader *reader, uint64_t id)
{
	char name[sizeof("memory") + 20];

	snprintf(name, sizeof(name), "memory%" PRIu64, id);
	reader_problem(reader, MEMORY_BLOCKS_DIR, name, "its state is unknown");
}

/* The block; or, with -ENOENT, that it was removed meanwhile. */
static int read_block(int dir_fd, const struct candidate *candidate,
		      struct facts_block *ret)
{
	if (candidate->node == NODE_UNKNOWN)
		return memory_block_read_at(dir_fd, candidate->id, ret);
	return memory_block_read_on(dir_fd, candidate->id, candidate->node,
				    ret);
}

static int read_candidate(struct facts_reader *reader, int dir_fd,
			  const struct candidate *candidate)
{
	struct facts_snapshot *s = reader->snapshot;
	struct facts_block block = { .id = candidate->id };
	int r;

	r = read_block(dir_fd, candidate, &block);
	reader_check(reader, r);
	if (reader->error)
		return r;
	if (r == -ENOENT)
		return 0;
	if (r < 0) {
		block.node = candidate->node;
		block.state = FACTS_BLOCK_UNKNOWN;
	}
	if (block.state == FACTS_BLOCK_UNKNOWN)
		report_unknown(reader, candidate->id);
	r = ARRAY_GROW(s->blocks, s->n_blocks);
	if (r < 0)
		return r;
	s->blocks[s->n_blocks++] = block;
	return 0;
}

static void read_candidates(struct facts_reader *reader,
			    const struct candidate_list *list)
{
	_cleanup_close_ int dir_fd = memory_block_open_all(reader->root_fd);

	if (dir_fd < 0) {
		reader_require(reader, dir_fd);
		return;
	}
	for (size_t i = 0; i < list->n && !reader->error; i++)
		if (list->items[i].wanted)
			reader_check(reader, read_candidate(reader, dir_fd,
							    &list->items[i]));
}

/* Where the memory that kmem has is not known, neither is which is not. */
static bool is_plugged_anywhere(const struct facts_snapshot *s)
{
	for (size_t i = 0; i < s->n_devices; i++)
		if (!s->devices[i].ranges_known &&
		    facts_device_is_bound(&s->devices[i], DRIVER_KMEM))
			return true;
	return false;
}

/* Those that are wanted so far are in devices. */
static void count_installed(struct facts_snapshot *s,
			    const struct candidate_list *list)
{
	uint64_t n = 0;

	if (is_plugged_anywhere(s))
		return;
	for (size_t i = 0; i < list->n; i++)
		n += !list->items[i].wanted;
	s->memory.installed = n * s->kernel.block_size;
}

void memory_blocks_read(struct facts_reader *reader)
{
	struct facts_snapshot *s = reader->snapshot;
	_cleanup_(cleanup_candidates) struct candidate_list list = { 0 };

	if (s->n_devices == 0 || s->kernel.block_size == 0)
		return;
	list_candidates(reader, &list);
	want_device_blocks(s, &list);
	count_installed(s, &list);
	want_target_nodes_blocks(reader, &list);
	read_candidates(reader, &list);
	if (!reader->error)
		reader_check(reader, facts_set_device_blocks(s));
}
