// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/memory-block.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "basic/array.h"
#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/parse.h"
#include "facts/numa-node.h"
#include "facts/root.h"

/* Below the root. */
#define BLOCKS_DIR "sys/devices/system/memory"
#define BLOCK_PATH_MAX (sizeof(BLOCKS_DIR "/memory/valid_zones") + 20)

/* The kernel's words are those of this program. */
static enum facts_block_state parse_state(const char *word)
{
	enum facts_block_state state;

	for (state = FACTS_BLOCK_OFFLINE; state < FACTS_BLOCK_UNKNOWN; state++)
		if (strcmp(word, facts_block_state_name(state)) == 0)
			break;
	return state;
}

/* The kernel's zone names (mm/page_alloc.c). */
static enum facts_zone parse_zone(const char *word)
{
	if (strcmp(word, "none") == 0)
		return FACTS_ZONE_NONE;
	if (strcmp(word, "Movable") == 0)
		return FACTS_ZONE_MOVABLE;
	if (strcmp(word, "Normal") == 0 || strcmp(word, "DMA32") == 0 ||
	    strcmp(word, "DMA") == 0 || strcmp(word, "HighMem") == 0)
		return FACTS_ZONE_KERNEL;
	return FACTS_ZONE_OTHER;
}

/*
 * valid_zones is one word while the block is online: its zone. It is not read
 * while the block is offline, when it lists the zones to choose from: between
 * the block's appearing and its getting its node that read is a NULL pointer
 * dereference in the kernel (6.1, valid_zones_show() with nid -1).
 */
static int read_zone(int root_fd, struct facts_block *block)
{
	_cleanup_free_ char *zones = NULL;
	char path[BLOCK_PATH_MAX];
	int r;

	if (block->state != FACTS_BLOCK_ONLINE)
		return 0;
	snprintf(path, sizeof(path),
		 BLOCKS_DIR "/memory%" PRIu64 "/valid_zones", block->id);
	r = root_read_line(root_fd, path, &zones);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	zones[strcspn(zones, " ")] = '\0';
	block->zone = parse_zone(zones);
	return 0;
}

/* The lowest N of the block's nodeN links. */
static int find_node(int root_fd, const char *dir, int *ret)
{
	_cleanup_closedir_ DIR *stream = NULL;
	const struct dirent *entry;
	uint64_t number, lowest = INT_MAX;
	bool found = false;
	int r;

	r = root_open_dir(root_fd, dir, &stream);
	if (r < 0)
		return r;
	while ((entry = readdir(stream))) {
		if (!parse_numbered(entry->d_name, "node", &number) ||
		    number > lowest)
			continue;
		lowest = number;
		found = true;
	}
	*ret = found ? (int)lowest : -1;
	return 0;
}

static int read_on(int root_fd, uint64_t id, int node, struct facts_block *ret)
{
	_cleanup_free_ char *state = NULL;
	struct facts_block block = { .id = id, .node = node };
	char path[BLOCK_PATH_MAX];
	int r;

	snprintf(path, sizeof(path), BLOCKS_DIR "/memory%" PRIu64 "/state", id);
	r = root_read_line(root_fd, path, &state);
	if (r < 0)
		return reader_is_absent(r) ? -ENOENT : r;
	block.state = parse_state(state);
	r = read_zone(root_fd, &block);
	if (r < 0)
		return r;
	*ret = block;
	return 0;
}

int memory_block_read(int root_fd, uint64_t id, struct facts_block *ret)
{
	char dir[BLOCK_PATH_MAX];
	int node = -1, r;

	snprintf(dir, sizeof(dir), BLOCKS_DIR "/memory%" PRIu64, id);
	r = find_node(root_fd, dir, &node);
	if (r < 0)
		return r;
	return read_on(root_fd, id, node, ret);
}

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
	reader_require(reader, reader_numbered(reader, BLOCKS_DIR, "memory",
					       add_candidate, list));
	if (list->n)
		qsort(list->items, list->n, sizeof(*list->items),
		      compare_candidates);
}

/* The first item whose id is not below @id, or the end. */
static size_t lower_bound(const struct candidate_list *list, uint64_t id)
{
	size_t low = 0, high = list->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list->items[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void want_device_blocks(const struct facts_snapshot *s,
			       struct candidate_list *list)
{
	uint64_t first, n;
	size_t i, k, c;

	for (i = 0; i < s->n_devices; i++)
		for (k = 0; k < s->devices[i].n_ranges; k++) {
			n = phys_range_blocks(s->devices[i].ranges[k],
					      s->kernel.block_size, &first);
			for (c = lower_bound(list, first);
			     c < list->n && list->items[c].id - first < n; c++)
				list->items[c].wanted = true;
		}
}

static void want_candidate(struct facts_reader *reader _unused_, uint64_t id,
			   void *data)
{
	struct candidate_list *list = data;
	size_t c = lower_bound(list, id);

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

static int read_candidate(struct facts_reader *reader,
			  const struct candidate *candidate)
{
	struct facts_snapshot *s = reader->snapshot;
	struct facts_block block = { .id = candidate->id };
	int r;

	if (candidate->node == NODE_UNKNOWN)
		r = memory_block_read(reader->root_fd, candidate->id, &block);
	else
		r = read_on(reader->root_fd, candidate->id, candidate->node,
			    &block);
	reader_check(reader, r);
	if (reader->error)
		return r;
	if (r == -ENOENT)
		return 0; /* removed meanwhile */
	if (r < 0) {
		block.node = candidate->node;
		block.state = FACTS_BLOCK_UNKNOWN;
	}
	if (block.state == FACTS_BLOCK_UNKNOWN) {
		char name[sizeof("memory") + 20];

		snprintf(name, sizeof(name), "memory%" PRIu64, candidate->id);
		reader_problem(reader, BLOCKS_DIR, name,
			       "its state is unknown");
	}
	r = ARRAY_GROW(s->blocks, s->n_blocks);
	if (r < 0)
		return r;
	s->blocks[s->n_blocks++] = block;
	return 0;
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
	size_t i;

	if (s->n_devices == 0 || s->kernel.block_size == 0)
		return;
	list_candidates(reader, &list);
	want_device_blocks(s, &list);
	count_installed(s, &list);
	want_target_nodes_blocks(reader, &list);
	for (i = 0; i < list.n && !reader->error; i++)
		if (list.items[i].wanted)
			reader_check(reader,
				     read_candidate(reader, &list.items[i]));
	if (!reader->error)
		reader_check(reader, facts_set_device_blocks(s));
}
