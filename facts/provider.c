// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/provider.h"

#include <limits.h>
#include <string.h>

#include "basic/parse.h"
#include "facts/cxl.h"
#include "facts/performance.h"
#include "facts/uuid.h"

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

static const char *const provider_names[] = {
	[FACTS_PROVIDER_OTHER] = "other",
	[FACTS_PROVIDER_PMEM] = "pmem",
	[FACTS_PROVIDER_HMEM] = "hmem",
	[FACTS_PROVIDER_CXL] = "cxl",
};

const char *facts_provider_name(enum facts_provider provider)
{
	return provider_names[provider];
}

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

/* dax_regionN is a child of the CXL region, which has the identity. */
static void read_cxl(struct facts_reader *reader, const char *dir,
		     struct facts_region *region)
{
	char parent[PATH_MAX], access[PATH_MAX + sizeof("/access0")];

	snprintf(parent, sizeof(parent), "%.*s", (int)(strrchr(dir, '/') - dir),
		 dir);
	snprintf(access, sizeof(access), "%s/access0", parent);
	performance_read(reader, access, &region->performance);
	reader_u64(reader, parent, "resource", &region->start);
	uuid_read(reader, parent, &region->uuid, &region->uuid_unknown);
	cxl_read_memdevs(reader, parent, region);
}

void provider_read(struct facts_reader *reader, const char *dir,
		   struct facts_region *region)
{
	region->provider = detect(reader, dir);
	if (region->provider == FACTS_PROVIDER_PMEM)
		uuid_read(reader, dir, &region->uuid, &region->uuid_unknown);
	else if (region->provider == FACTS_PROVIDER_CXL)
		read_cxl(reader, dir, region);
}
