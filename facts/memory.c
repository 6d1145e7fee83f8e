// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/memory.h"

#include <inttypes.h>
#include <string.h>

#include "facts/root.h"

#define ZONEINFO "proc/zoneinfo"

/* A zone of zoneinfo, in pages. */
struct zone {
	char name[16];
	uint64_t free;
	uint64_t managed;
};

static void add_zone(struct facts_memory *memory, const struct zone *zone,
		     uint64_t page_size)
{
	if (strcmp(zone->name, "Device") == 0)
		return;
	if (strcmp(zone->name, "Movable") == 0) {
		memory->movable += zone->managed * page_size;
		return;
	}
	memory->kernel += zone->managed * page_size;
	memory->kernel_free += zone->free * page_size;
}

/* "Node 0, zone   Normal", then lines of which these two are read. */
static void read_line(const char *line, struct zone *zone)
{
	if (sscanf(line, " pages free %" SCNu64, &zone->free) != 1)
		sscanf(line, " managed %" SCNu64, &zone->managed);
}

/*
 * The file has lines for each processor, so it can be larger than what root.h
 * reads at once.
 */
void memory_read(struct facts_reader *reader)
{
	struct facts_memory *memory = &reader->snapshot->memory;
	const uint64_t page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	_cleanup_fclose_ FILE *file = NULL;
	struct zone zone = { .name = "" };
	char line[256];
	int fd;

	fd = root_open(reader->root_fd, ZONEINFO, 0);
	reader_check(reader, fd);
	if (fd < 0)
		return;
	file = fdopen(fd, "r");
	if (!file) {
		close(fd);
		reader->error = -ENOMEM;
		return;
	}
	while (fgets(line, sizeof(line), file)) {
		struct zone next = { .name = "" };

		if (sscanf(line, "Node %*d, zone %15s", next.name) != 1) {
			read_line(line, &zone);
			continue;
		}
		add_zone(memory, &zone, page_size);
		zone = next;
	}
	add_zone(memory, &zone, page_size);
	memory->known = memory->kernel > 0;
	if (!memory->known)
		reader_problem(reader, NULL, ZONEINFO, "no zone with memory");
}
