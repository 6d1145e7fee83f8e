// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/content-kind.h"

#include <assert.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/nearest.h"

static const char *const names[] = { [CONTENT_UNKNOWN] = "unknown",
#define CONTENT_KIND(id, name) [CONTENT_##id] = name,
				     CONTENT_KINDS(CONTENT_KIND)
#undef CONTENT_KIND
};

const char *content_kind_name(enum content_kind kind)
{
	assert(kind < CONTENT_KIND_COUNT);
	return names[kind];
}

enum content_kind content_kind_find(const char *name, size_t length)
{
	for (enum content_kind k = CONTENT_UNKNOWN + 1; k < CONTENT_KIND_COUNT;
	     k++)
		if (strlen(names[k]) == length &&
		    strncmp(names[k], name, length) == 0)
			return k;
	return CONTENT_UNKNOWN;
}

/* Other words for some, any case. */
static const struct {
	const char *word, *name;
} aliases[] = {
	{ "luks", "crypto_LUKS" },
	{ "lvm", "LVM2_member" },
	{ "lvm2", "LVM2_member" },
	{ "md", "linux_raid_member" },
	{ "raid", "linux_raid_member" },
	{ "pmdk", "pmdk-obj" },
	{ "free", "blank" },
	{ "empty", "blank" },
	{ "zero", "blank" },
};

const char *content_kind_nearest(const char *name)
{
	struct nearest nearest;

	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (strcasecmp(aliases[i].word, name) == 0)
			return aliases[i].name;
	nearest_init(&nearest, name);
	for (size_t i = CONTENT_UNKNOWN + 1; i < CONTENT_KIND_COUNT; i++)
		nearest_try(&nearest, names[i]);
	return nearest.best;
}
