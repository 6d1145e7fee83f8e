// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/dax-range.h"

#include <inttypes.h>
#include <limits.h>

#include "basic/array.h"

struct mapping {
	struct phys_range range;
	uint64_t page_offset; /* where it begins in /dev/daxX.Y */
};

struct mapping_list {
	const char *dir;
	struct facts_device *device;
	struct mapping *mappings;
	size_t n;
};

static int read_range(struct facts_reader *reader, const char *dir,
		      struct phys_range *ret)
{
	struct phys_range range;
	int r;

	r = reader_u64(reader, dir, "start", &range.start);
	if (r < 0)
		return r;
	r = reader_u64(reader, dir, "end", &range.end);
	if (r < 0)
		return r;
	/* The whole address space would have a size that does not fit. */
	if (range.start > range.end ||
	    (range.start == 0 && range.end == UINT64_MAX)) {
		reader_problem(reader, dir, "end", "no range with its start");
		return -EINVAL;
	}
	*ret = range;
	return 0;
}

static void add_mapping(struct facts_reader *reader, uint64_t number,
			void *data)
{
	struct mapping_list *list = data;
	struct mapping mapping = { 0 };
	char dir[PATH_MAX];

	if (snprintf(dir, sizeof(dir), "%s/mapping%" PRIu64, list->dir,
		     number) >= PATH_MAX ||
	    read_range(reader, dir, &mapping.range) < 0) {
		list->device->ranges_known = false;
		return;
	}
	reader_u64(reader, dir, "page_offset", &mapping.page_offset);
	if (ARRAY_GROW(list->mappings, list->n) < 0) {
		reader->error = -ENOMEM;
		return;
	}
	list->mappings[list->n++] = mapping;
}

static int compare_mappings(const void *a, const void *b)
{
	const struct phys_range *x = &((const struct mapping *)a)->range;
	const struct phys_range *y = &((const struct mapping *)b)->range;

	return (x->start > y->start) - (x->start < y->start);
}

static void set_ranges(struct facts_reader *reader,
		       const struct mapping_list *list)
{
	struct facts_device *device = list->device;

	device->ranges = calloc(list->n, sizeof(*device->ranges));
	if (!device->ranges) {
		reader->error = -ENOMEM;
		return;
	}
	device->n_ranges = list->n;
	for (size_t i = 0; i < list->n; i++) {
		device->ranges[i] = list->mappings[i].range;
		device->shuffled |=
			i > 0 && list->mappings[i].page_offset <
					 list->mappings[i - 1].page_offset;
	}
}

void dax_ranges_read(struct facts_reader *reader, const char *dir,
		     struct facts_device *device)
{
	struct mapping_list list = { .dir = dir, .device = device };

	device->ranges_known = true;
	if (reader_numbered(reader, dir, "mapping", add_mapping, &list) < 0)
		device->ranges_known = false;
	if (list.n)
		qsort(list.mappings, list.n, sizeof(*list.mappings),
		      compare_mappings);
	/* Some of the ranges are worse than none. */
	if (list.n && device->ranges_known)
		set_ranges(reader, &list);
	free(list.mappings);
}
