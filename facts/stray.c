// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/stray.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/parse.h"
#include "facts/memory-block.h"
#include "facts/root.h"

/* "  140000000-17fffffff : System RAM (kmem)": what the driver kmem has added,
 * until it is removed. */
static bool is_kmem_line(const char *line, struct phys_range *ret)
{
	return strstr(line, " : System RAM (kmem)") &&
	       sscanf(line, " %" SCNx64 "-%" SCNx64, &ret->start, &ret->end) ==
		       2 &&
	       ret->start < ret->end;
}

static bool overlaps(const struct facts_device *device,
		     const struct phys_range *range)
{
	for (size_t i = 0; i < device->n_ranges; i++)
		if (device->ranges[i].start <= range->end &&
		    range->start <= device->ranges[i].end)
			return true;
	return false;
}

/* Also where nobody knows. */
static bool is_of_device(const struct facts_snapshot *s,
			 const struct phys_range *range)
{
	for (size_t i = 0; i < s->n_devices; i++)
		if (!s->devices[i].ranges_known ||
		    overlaps(&s->devices[i], range))
			return true;
	return false;
}

static void add_block(struct facts_stray *stray,
		      const struct facts_block *block)
{
	if (stray->node < 0)
		stray->node = block->node;
	stray->n_online += block->state == FACTS_BLOCK_ONLINE;
}

static int read_blocks(struct facts_reader *reader, struct facts_stray *stray)
{
	uint64_t first, n;

	n = phys_range_blocks(stray->range, reader->snapshot->kernel.block_size,
			      &first);
	for (uint64_t i = 0; i < n; i++) {
		struct facts_block block;
		int r = memory_block_read(reader->root_fd, first + i, &block);

		if (r == -ENOMEM)
			return r;
		if (r == 0)
			add_block(stray, &block);
	}
	return 0;
}

static int add_stray(struct facts_reader *reader,
		     const struct phys_range *range)
{
	struct facts_snapshot *s = reader->snapshot;
	struct facts_stray stray = { .range = *range, .node = -1 };
	int r;

	r = read_blocks(reader, &stray);
	if (r < 0)
		return r;
	if (stray.n_online == 0)
		return 0;
	if (ARRAY_GROW(s->strays, s->n_strays) < 0)
		return -ENOMEM;
	s->strays[s->n_strays++] = stray;
	return 0;
}

static bool is_known(const struct facts_snapshot *s,
		     const struct phys_range *range)
{
	for (size_t i = 0; i < s->n_strays; i++)
		if (s->strays[i].range.start <= range->end &&
		    range->start <= s->strays[i].range.end)
			return true;
	return false;
}

static void take(struct facts_reader *reader, const struct phys_range *range)
{
	int r;

	if (is_of_device(reader->snapshot, range) ||
	    is_known(reader->snapshot, range))
		return;
	r = add_stray(reader, range);
	if (r < 0)
		reader->error = r;
}

/* A line of the file that the daemon keeps. */
static bool is_plugged_line(const char *line, struct phys_range *ret)
{
	return parse_phys_range(line, ret) == 0;
}

static void read_lines(struct facts_reader *reader, const char *path,
		       bool (*parse)(const char *line, struct phys_range *ret))
{
	_cleanup_fclose_ FILE *f = NULL;
	_cleanup_free_ char *line = NULL;
	struct phys_range range;
	size_t size = 0;

	if (root_open_stream(reader->root_fd, path, &f) < 0)
		return;
	while (getline(&line, &size, f) >= 0 && !reader->error)
		if (parse(line, &range))
			take(reader, &range);
}

void strays_read(struct facts_reader *reader)
{
	if (reader->snapshot->kernel.block_size == 0)
		return;
	read_lines(reader, "proc/iomem", is_kmem_line);
	read_lines(reader, RUN_DIR "/" RUN_PLUGGED, is_plugged_line);
}
