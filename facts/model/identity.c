// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/model/identity.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/text-stream.h"

/* ":0xSTART-0xEND", and "+0xSTART-0xEND" for each range after the first. */
static void print_ranges(FILE *out, const struct facts_device *device)
{
	size_t i;

	for (i = 0; i < device->n_ranges; i++)
		fprintf(out, "%c%#" PRIx64 "-%#" PRIx64, i ? '+' : ':',
			device->ranges[i].start, device->ranges[i].end);
}

static void print_identity(FILE *out, const struct facts_region *region,
			   const struct facts_device *device, bool only_slice)
{
	bool has_ranges = device->ranges_known && device->n_ranges;

	/* Without its ranges a slice cannot be told from its neighbours. */
	if (!has_ranges && !(region->uuid && only_slice)) {
		fputs(device->path, out);
		return;
	}
	fputs(facts_provider_name(region->provider), out);
	if (region->uuid)
		fprintf(out, ":%s", region->uuid);
	if (!region->uuid || !only_slice)
		print_ranges(out, device);
}

static int set_identity(const struct facts_region *region,
			struct facts_device *device, bool only_slice)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *out = text_stream_open(&stream);

	if (!out)
		return -ENOMEM;
	print_identity(out, region, device, only_slice);
	device->identity = text_stream_take(&stream);
	return device->identity ? 0 : -ENOMEM;
}

/* A device without memory is no slice: an empty seed beside the only real
 * device does not change what that is called. */
static int set_identities(struct facts_snapshot *s, size_t region)
{
	size_t first, slices = 0;
	size_t n = facts_region_devices(s, region, &first);
	int r = 0;

	for (size_t i = first; i < first + n; i++)
		slices += s->devices[i].size > 0;
	for (size_t i = first; i < first + n && r == 0; i++) {
		struct facts_device *device = &s->devices[i];

		r = set_identity(&s->regions[region], device,
				 slices == 1 && device->size > 0);
	}
	return r;
}

int identities_set(struct facts_snapshot *snapshot)
{
	int r = 0;

	for (size_t i = 0; i < snapshot->n_regions && r == 0; i++)
		r = set_identities(snapshot, i);
	return r;
}
