// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/model/identity.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"

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
	_cleanup_free_ char *text = NULL;
	size_t length;
	FILE *out;

	out = open_memstream(&text, &length);
	if (!out)
		return -ENOMEM;
	print_identity(out, region, device, only_slice);
	if (fclose(out) != 0 || !text)
		return -ENOMEM;
	device->identity = TAKE_PTR(text);
	return 0;
}

/* A device without memory is no slice: an empty seed beside the only real
 * device does not change what that is called. */
static int set_region_identities(struct facts_snapshot *s, size_t first,
				 size_t behind)
{
	size_t slices = 0, i;
	int r = 0;

	for (i = first; i < behind; i++)
		slices += s->devices[i].size > 0;
	for (i = first; i < behind && r == 0; i++) {
		struct facts_device *device = &s->devices[i];

		r = set_identity(&s->regions[device->region], device,
				 slices == 1 && device->size > 0);
	}
	return r;
}

int identities_set(struct facts_snapshot *snapshot)
{
	const struct facts_snapshot *s = snapshot;
	size_t first, behind;
	int r = 0;

	for (first = 0; first < s->n_devices && r == 0; first = behind) {
		behind = first + 1;
		while (behind < s->n_devices &&
		       s->devices[behind].region == s->devices[first].region)
			behind++;
		r = set_region_identities(snapshot, first, behind);
	}
	return r;
}
