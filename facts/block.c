// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/block.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "basic/cleanup.h"
#include "facts/block-list.h"
#include "facts/reader.h"
#include "facts/root.h"

#define BLOCK_PATH_MAX (sizeof(BLOCKS_DIR "/memory/valid_zones") + 20)

/* The words of the kernel's state_show(). */
static const char *const state_words[] = {
	[FACTS_BLOCK_OFFLINE] = "offline",
	[FACTS_BLOCK_ONLINE] = "online",
	[FACTS_BLOCK_GOING_OFFLINE] = "going-offline",
	[FACTS_BLOCK_UNKNOWN] = "unknown",
};

static const char *const zone_words[] = {
	[FACTS_ZONE_NONE] = "none",
	[FACTS_ZONE_KERNEL] = "kernel",
	[FACTS_ZONE_MOVABLE] = "movable",
	[FACTS_ZONE_OTHER] = "other",
};

const char *facts_block_state_name(enum facts_block_state state)
{
	return state_words[state];
}

const char *facts_zone_name(enum facts_zone zone)
{
	return zone_words[zone];
}

static enum facts_block_state parse_state(const char *word)
{
	enum facts_block_state state;

	for (state = FACTS_BLOCK_OFFLINE; state < FACTS_BLOCK_UNKNOWN; state++)
		if (strcmp(word, state_words[state]) == 0)
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
		if (!numbered_name(entry->d_name, "node", &number) ||
		    number > lowest)
			continue;
		lowest = number;
		found = true;
	}
	*ret = found ? (int)lowest : -1;
	return 0;
}

int block_read_on(int root_fd, uint64_t id, int node, struct facts_block *ret)
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

int facts_block_read(int root_fd, uint64_t id, struct facts_block *ret)
{
	char dir[BLOCK_PATH_MAX];
	int node = -1, r;

	snprintf(dir, sizeof(dir), BLOCKS_DIR "/memory%" PRIu64, id);
	r = find_node(root_fd, dir, &node);
	if (r < 0)
		return r;
	return block_read_on(root_fd, id, node, ret);
}
