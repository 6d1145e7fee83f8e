// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/usage-read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "facts/huge-pool.h"
#include "facts/page-flags.h"
#include "facts/residents.h"
#include "facts/root.h"
#include "facts/suspects.h"

/* Sums "count:" of each processor, in the node's zones but Movable: "Node 1,
 * zone   Normal" begins a zone. */
static uint64_t sum_set_aside(FILE *file, int node)
{
	bool inside = false;
	uint64_t sum = 0;
	char line[256];

	while (fgets(line, sizeof(line), file)) {
		char zone[16];
		uint64_t n;
		int id;

		if (sscanf(line, "Node %d, zone %15s", &id, zone) == 2)
			inside = id == node && strcmp(zone, "Movable") != 0;
		else if (inside && sscanf(line, " count: %" SCNu64, &n) == 1)
			sum += n;
	}
	return sum;
}

static int read_set_aside(struct usage_reader *reader)
{
	_cleanup_fclose_ FILE *file = NULL;
	int r = root_open_stream(reader->root_fd, "proc/zoneinfo", &file);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	reader->usage->set_aside =
		sum_set_aside(file, reader->device->target_node);
	return 0;
}

static int read_all(struct usage_reader *reader)
{
	int r;

	r = page_flags_count(reader);
	if (r == 0)
		r = read_set_aside(reader);
	if (r == 0)
		r = huge_pools_read(reader);
	if (r == 0)
		r = suspects_read(reader);
	if (r == 0)
		r = residents_read(reader);
	return r;
}

int facts_usage_read(int root_fd, const struct facts_snapshot *snapshot,
		     const struct facts_device *device, uint64_t since,
		     struct facts_usage **ret)
{
	_cleanup_facts_usage_ struct facts_usage *usage =
		calloc(1, sizeof(*usage));
	struct usage_reader reader = {
		.root_fd = root_fd,
		.snapshot = snapshot,
		.device = device,
		.usage = usage,
		.since = since,
	};
	int r;

	if (!usage)
		return -ENOMEM;
	usage->page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	reader.block_pages = snapshot->kernel.block_size / usage->page_size;
	if (reader.block_pages > 0) {
		r = read_all(&reader);
		if (r < 0)
			return r;
	}
	*ret = TAKE_PTR(usage);
	return 0;
}
