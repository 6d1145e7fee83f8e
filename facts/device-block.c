// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/device-block.h"

#include "basic/array.h"

/* The first block whose id is not below @id, or the end. */
static size_t lower_bound(const struct facts_snapshot *s, uint64_t id)
{
	size_t low = 0, high = s->n_blocks;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->blocks[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int add_blocks(const struct facts_snapshot *s,
		      struct facts_device *device, uint64_t first, uint64_t n)
{
	size_t i = lower_bound(s, first);

	/* Ranges ascend, but nobody promised that they do not overlap. */
	if (device->n_blocks && device->blocks[device->n_blocks - 1] >= i)
		i = device->blocks[device->n_blocks - 1] + 1;
	for (; i < s->n_blocks && s->blocks[i].id - first < n; i++) {
		int r = ARRAY_GROW(device->blocks, device->n_blocks);

		if (r < 0)
			return r;
		device->blocks[device->n_blocks++] = i;
	}
	return 0;
}

void device_blocks_set(struct facts_reader *reader)
{
	const struct facts_snapshot *s = reader->snapshot;
	uint64_t first, n;
	size_t i, k;

	for (i = 0; i < s->n_devices; i++) {
		struct facts_device *device = &s->devices[i];

		for (k = 0; k < device->n_ranges && !reader->error; k++) {
			n = phys_range_blocks(device->ranges[k],
					      s->kernel.block_size, &first);
			device->possible_blocks += n;
			if (n)
				reader_check(reader,
					     add_blocks(s, device, first, n));
		}
	}
}
