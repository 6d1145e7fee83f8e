// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/memory-block.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"
#include "facts/reader.h"
#include "facts/root.h"

#define BLOCK_PATH_MAX (sizeof("memory/valid_zones") + 20)
#define WORD_MAX 64 /* all zones that there are fit */

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

static int read_word(int dir_fd, uint64_t id, const char *name,
		     char word[WORD_MAX])
{
	char path[BLOCK_PATH_MAX];

	snprintf(path, sizeof(path), "memory%" PRIu64 "/%s", id, name);
	return root_read_word(dir_fd, path, word, WORD_MAX);
}

/*
 * valid_zones is one word while the block is online: its zone. It is not read
 * while the block is offline, when it lists the zones to choose from: between
 * the block's appearing and its getting its node that read is a NULL pointer
 * dereference in the kernel (6.1, valid_zones_show() with nid -1).
 */
static int read_zone(int dir_fd, struct facts_block *block)
{
	char word[WORD_MAX];
	int r;

	if (block->state != FACTS_BLOCK_ONLINE)
		return 0;
	r = read_word(dir_fd, block->id, "valid_zones", word);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	word[strcspn(word, " ")] = '\0';
	block->zone = parse_zone(word);
	return 0;
}

/* The lowest N of the block's nodeN links. */
static int find_node(int dir_fd, uint64_t id, int *ret)
{
	_cleanup_closedir_ DIR *stream = NULL;
	const struct dirent *entry;
	uint64_t number, lowest = INT_MAX;
	char path[BLOCK_PATH_MAX];
	bool found = false;
	int r;

	snprintf(path, sizeof(path), "memory%" PRIu64, id);
	r = root_open_dir(dir_fd, path, &stream);
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

int memory_block_open_all(int root_fd)
{
	return root_open(root_fd, MEMORY_BLOCKS_DIR, O_PATH | O_DIRECTORY);
}

int memory_block_read_on(int dir_fd, uint64_t id, int node,
			 struct facts_block *ret)
{
	struct facts_block block = { .id = id, .node = node };
	char state[WORD_MAX];
	int r;

	r = read_word(dir_fd, id, "state", state);
	if (r < 0)
		return reader_is_absent(r) ? -ENOENT : r;
	block.state = parse_state(state);
	r = read_zone(dir_fd, &block);
	if (r < 0)
		return r;
	*ret = block;
	return 0;
}

int memory_block_read_at(int dir_fd, uint64_t id, struct facts_block *ret)
{
	int node = -1, r;

	r = find_node(dir_fd, id, &node);
	return r < 0 ? r : memory_block_read_on(dir_fd, id, node, ret);
}

int memory_block_read(int root_fd, uint64_t id, struct facts_block *ret)
{
	_cleanup_close_ int dir_fd = memory_block_open_all(root_fd);

	return dir_fd < 0 ? dir_fd : memory_block_read_at(dir_fd, id, ret);
}
