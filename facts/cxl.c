// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/cxl.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "basic/array.h"
#include "basic/parse.h"
#include "basic/text.h"
#include "facts/root.h"

#define DEVICES_DIR "sys/bus/cxl/devices"
#define TARGETS_MAX 16 /* target0 to target15: the most ways of interleave */

static int add_memdev(struct facts_region *region, const char *name,
		      uint64_t serial)
{
	char *text;
	int r;

	r = ARRAY_GROW(region->memdevs, region->n_memdevs);
	if (r < 0)
		return r;
	text = text_format("%s:%#" PRIx64, name, serial);
	if (!text)
		return -ENOMEM;
	region->memdevs[region->n_memdevs++] = text;
	return 0;
}

/*
 * An endpoint decoder is a child of its endpoint port, whose uport is the
 * memdev. The bus's links are followed by the kernel, so ".." is the port.
 */
static void read_target(struct facts_reader *reader, const char *decoder,
			struct facts_region *region)
{
	char dir[sizeof(DEVICES_DIR) + NAME_MAX + sizeof("//../uport")];
	_cleanup_free_ char *memdev = NULL;
	uint64_t serial, number;

	snprintf(dir, sizeof(dir), DEVICES_DIR "/%s/..", decoder);
	if (reader_link_name(reader, dir, "uport", &memdev) < 0)
		return;
	if (!parse_numbered(memdev, "mem", &number)) {
		reader_problem(reader, dir, "uport", "no memdev");
		return;
	}
	snprintf(dir, sizeof(dir), DEVICES_DIR "/%s/../uport", decoder);
	if (reader_u64(reader, dir, "serial", &serial) == 0)
		reader_check(reader, add_memdev(region, memdev, serial));
}

static void read_memdevs(struct facts_reader *reader, const char *dir,
			 struct facts_region *region)
{
	char name[sizeof("target") + 10];
	unsigned int i;

	for (i = 0; i < TARGETS_MAX; i++) {
		_cleanup_free_ char *decoder = NULL;

		snprintf(name, sizeof(name), "target%u", i);
		if (reader_line(reader, dir, name, &decoder) < 0)
			return;
		if (decoder[0] == '\0')
			continue;
		if (strncmp(decoder, "decoder", strlen("decoder")) != 0 ||
		    strchr(decoder, '/') || strlen(decoder) > NAME_MAX) {
			reader_problem(reader, dir, name, "no decoder");
			continue;
		}
		read_target(reader, decoder, region);
	}
}

void cxl_read(struct facts_reader *reader, const char *dir,
	      struct facts_region *region)
{
	char parent[PATH_MAX], access[PATH_MAX + sizeof("/access0")];

	snprintf(parent, sizeof(parent), "%.*s", (int)(strrchr(dir, '/') - dir),
		 dir);
	snprintf(access, sizeof(access), "%s/access0", parent);
	reader_performance(reader, access, &region->performance);
	reader_u64(reader, parent, "resource", &region->start);
	reader_uuid(reader, parent, &region->uuid, &region->uuid_unknown);
	read_memdevs(reader, parent, region);
}
