// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/facts/device-range.h"

#include <inttypes.h>
#include <limits.h>

#include "daemon/facts/array.h"

struct mapping_list {
	const char *dir;
	struct facts_device *device;
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
	struct facts_device *device = list->device;
	struct phys_range range;
	char dir[PATH_MAX];

	if (snprintf(dir, sizeof(dir), "%s/mapping%" PRIu64, list->dir,
		     number) >= PATH_MAX ||
	    read_range(reader, dir, &range) < 0) {
		device->ranges_known = false;
		return;
	}
	if (ARRAY_GROW(device->ranges, device->n_ranges) < 0) {
		reader->error = -ENOMEM;
		return;
	}
	device->ranges[device->n_ranges++] = range;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct phys_range *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

void device_read_ranges(struct facts_reader *reader, const char *dir,
			struct facts_device *device)
{
	struct mapping_list list = { .dir = dir, .device = device };

	device->ranges_known = true;
	if (reader_numbered(reader, dir, "mapping", add_mapping, &list) < 0)
		device->ranges_known = false;
	if (!device->ranges_known) {
		/* Some of the ranges are worse than none. */
		device->n_ranges = 0;
		free(TAKE_PTR(device->ranges));
	}
	if (device->n_ranges)
		qsort(device->ranges, device->n_ranges, sizeof(*device->ranges),
		      compare_ranges);
}
