// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/facts/provider.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "basic/parse.h"
#include "daemon/facts/cxl.h"

#define NO_UUID "00000000-0000-0000-0000-000000000000"

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

/* Makes it lower case. */
static bool is_uuid(char *text)
{
	size_t i;

	for (i = 0; text[i]; i++) {
		if (i >= strlen(NO_UUID))
			return false;
		if (NO_UUID[i] == '-' ? text[i] != '-'
				      : !isxdigit((unsigned char)text[i]))
			return false;
		text[i] = (char)tolower((unsigned char)text[i]);
	}
	return i == strlen(NO_UUID);
}

/* Empty or all zero: there is none. */
static void read_uuid(struct facts_reader *reader, const char *dir,
		      struct facts_region *region)
{
	_cleanup_free_ char *line = NULL;
	int r;

	r = reader_line(reader, dir, "uuid", &line);
	if (r < 0) {
		region->uuid_unknown = !reader_is_absent(r);
		return;
	}
	if (line[0] == '\0' || strcmp(line, NO_UUID) == 0)
		return;
	if (!is_uuid(line)) {
		reader_problem(reader, dir, "uuid", "no UUID");
		region->uuid_unknown = true;
		return;
	}
	region->uuid = TAKE_PTR(line);
}

/* dax_regionN is a child of the CXL region, which has the identity. */
static void read_cxl(struct facts_reader *reader, const char *dir,
		     struct facts_region *region)
{
	char parent[PATH_MAX];

	snprintf(parent, sizeof(parent), "%.*s", (int)(strrchr(dir, '/') - dir),
		 dir);
	read_uuid(reader, parent, region);
	cxl_read_memdevs(reader, parent, region);
}

void provider_read(struct facts_reader *reader, const char *dir,
		   struct facts_region *region)
{
	region->provider = detect(reader, dir);
	if (region->provider == FACTS_PROVIDER_PMEM)
		read_uuid(reader, dir, region);
	else if (region->provider == FACTS_PROVIDER_CXL)
		read_cxl(reader, dir, region);
}
