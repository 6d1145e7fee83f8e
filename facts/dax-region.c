// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/dax-region.h"

#include <limits.h>
#include <string.h>

#include "basic/array.h"
#include "facts/cxl.h"
#include "facts/model/identity.h"

/* Who makes dax regions: the bus of the device that has the dax_region, and
 * how that device is called. */
static const struct {
	const char *subsystem;
	const char *name;
	enum facts_provider provider;
} makers[] = {
	{ "nd", "dax", FACTS_PROVIDER_PMEM },
	{ "platform", "hmem.", FACTS_PROVIDER_HMEM },
	{ "cxl", "dax_region", FACTS_PROVIDER_CXL },
};

static enum facts_provider detect(struct facts_reader *reader, const char *dir)
{
	const char *name = strrchr(dir, '/') + 1;
	_cleanup_free_ char *subsystem = NULL;
	size_t i;

	if (reader_link_name(reader, dir, "subsystem", &subsystem) < 0)
		return FACTS_PROVIDER_OTHER;
	for (i = 0; i < ARRAY_SIZE(makers); i++)
		if (strcmp(subsystem, makers[i].subsystem) == 0 &&
		    strncmp(name, makers[i].name, strlen(makers[i].name)) == 0)
			return makers[i].provider;
	return FACTS_PROVIDER_OTHER;
}

/* Fills the region's provider, and its uuid and memdevs where the provider has
 * such; @dir is the region's directory below the root. */
static void read_provider(struct facts_reader *reader, const char *dir,
			  struct facts_region *region)
{
	region->provider = detect(reader, dir);
	if (region->provider == FACTS_PROVIDER_PMEM)
		reader_uuid(reader, dir, &region->uuid, &region->uuid_unknown);
	else if (region->provider == FACTS_PROVIDER_CXL)
		cxl_read(reader, dir, region);
}

static void read_region(struct facts_reader *reader,
			struct facts_region *region)
{
	char dir[PATH_MAX], attributes[PATH_MAX];
	int id = region->id;

	if (snprintf(dir, sizeof(dir), "sys%s", region->path) >= PATH_MAX ||
	    snprintf(attributes, sizeof(attributes), "sys%s/dax_region",
		     region->path) >= PATH_MAX)
		return;
	if (reader_int(reader, attributes, "id", &id) == 0 && id != region->id)
		reader_problem(reader, attributes, "id",
			       "not that of its devices' names");
	/* The kernel hides "create" of a static region. It cannot be asked
	 * for what it says instead: a static one's would be EINVAL. */
	region->dynamic = reader_exists(reader, attributes, "create");
	reader_u64(reader, attributes, "size", &region->size);
	reader_u64(reader, attributes, "align", &region->align);
	read_provider(reader, dir, region);
}

/*
 * The kernel shows where a region starts only through a device of it that has
 * no memory: its `resource` is the region's. Else the start is known where the
 * devices reach from one end of the region to the other.
 */
static void find_start(struct facts_reader *reader, struct facts_region *region,
		       const struct facts_device *devices, size_t n)
{
	uint64_t first = UINT64_MAX, last = 0, start;
	char dir[PATH_MAX];

	for (size_t i = 0; i < n; i++) {
		const struct facts_device *d = &devices[i];

		if (d->n_ranges > 0) {
			uint64_t end = d->ranges[d->n_ranges - 1].end;

			first = d->ranges[0].start < first ? d->ranges[0].start
							   : first;
			last = end > last ? end : last;
		} else if (d->size == 0 &&
			   snprintf(dir, sizeof(dir), "sys%s", d->path) <
				   PATH_MAX &&
			   reader_u64(reader, dir, "resource", &start) == 0) {
			region->start = start;
			return;
		}
	}
	if (first < last && last - first == region->size - 1)
		region->start = first;
}

static bool same_parent(const struct facts_region *region,
			const struct facts_device *device)
{
	size_t length = facts_device_parent_length(device);

	return strncmp(region->path, device->path, length) == 0 &&
	       region->path[length] == '\0';
}

static int add_region(struct facts_snapshot *s,
		      const struct facts_device *device)
{
	struct facts_region *region;
	uint64_t x = 0, y = 0;
	int r;

	r = ARRAY_GROW(s->regions, s->n_regions);
	if (r < 0)
		return r;
	facts_device_numbers(device->name, &x, &y);
	region = &s->regions[s->n_regions++];
	*region = (struct facts_region){
		.id = (int)x, /* at most INT_MAX: device.c takes no other */
		.path = strndup(device->path,
				facts_device_parent_length(device)),
		.target_node = device->target_node,
	};
	return region->path ? 0 : -ENOMEM;
}

/*
 * The attribute `available_size` is not read: on Linux 6.1 it takes the lock of
 * the region's device, and who unbinds that holds it while he waits for all
 * readers to go. Both would wait for ever.
 */
static void find_available(struct facts_region *region,
			   const struct facts_device *devices, size_t n)
{
	uint64_t given = 0;

	for (size_t i = 0; i < n; i++)
		given += devices[i].size;
	region->available_size =
		given < region->size ? region->size - given : 0;
}

/* What follows from the region's devices. */
static void complete_region(struct facts_reader *reader, size_t index)
{
	const struct facts_snapshot *s = reader->snapshot;
	struct facts_region *region = &s->regions[index];
	size_t first, n = facts_region_devices(s, index, &first);

	find_available(region, &s->devices[first], n);
	if (region->dynamic && !region->start)
		find_start(reader, region, &s->devices[first], n);
}

void dax_regions_read(struct facts_reader *reader)
{
	struct facts_snapshot *s = reader->snapshot;
	uint64_t x, y;
	size_t i;

	for (i = 0; i < s->n_devices; i++) {
		struct facts_device *device = &s->devices[i];

		/* Devices of one region are adjacent. Two regions can have
		 * the same id (namespaces of one pmem region), so the path
		 * tells them apart. */
		if (!s->n_regions ||
		    !same_parent(&s->regions[s->n_regions - 1], device) ||
		    !facts_device_numbers(device->name, &x, &y) ||
		    (uint64_t)s->regions[s->n_regions - 1].id != x)
			reader_check(reader, add_region(s, device));
		if (reader->error)
			return;
		device->region = s->n_regions - 1;
	}
	for (i = 0; i < s->n_regions; i++) {
		read_region(reader, &s->regions[i]);
		complete_region(reader, i);
	}
	reader_check(reader, identities_set(s));
}
