// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/values.h"

#include <stddef.h>

#include "policy/words.h"

const char *const policy_mode_words[] = {
	[POLICY_MODE_KEEP] = "keep",
	[POLICY_MODE_DEVDAX] = "devdax",
	[POLICY_MODE_SYSTEM_RAM] = "system-ram",
	[POLICY_MODE_COUNT] = NULL,
};

const char *const policy_zone_words[] = {
	[POLICY_ZONE_AUTO] = "auto",
	[POLICY_ZONE_MOVABLE] = "movable",
	[POLICY_ZONE_KERNEL] = "kernel",
	[POLICY_ZONE_COUNT] = NULL,
};

const char *const policy_present_words[] = {
	[POLICY_PRESENT_APPLY] = "apply",
	[POLICY_PRESENT_KEEP] = "keep",
	[POLICY_PRESENT_COUNT] = NULL,
};

const char *const policy_persistent_words[] = {
	[POLICY_PERSISTENT_REFUSE] = "refuse",
	[POLICY_PERSISTENT_OVERWRITE] = "overwrite",
	[POLICY_PERSISTENT_COUNT] = NULL,
};

const char *const policy_memmap_words[] = {
	[POLICY_MEMMAP_AUTO] = "auto",
	[POLICY_MEMMAP_YES] = "yes",
	[POLICY_MEMMAP_NO] = "no",
	[POLICY_MEMMAP_COUNT] = NULL,
};

const char *const policy_on_busy_words[] = {
	[POLICY_ON_BUSY_REFUSE] = "refuse",
	[POLICY_ON_BUSY_WAIT] = "wait",
	[POLICY_ON_BUSY_COUNT] = NULL,
};

const char *const policy_exclusive_words[] = {
	[POLICY_EXCLUSIVE_NO] = "no",
	[POLICY_EXCLUSIVE_YES] = "yes",
	[POLICY_EXCLUSIVE_COUNT] = NULL,
};

const char *const policy_fork_words[] = {
	[POLICY_FORK_INHERIT] = "yes",
	[POLICY_FORK_DROP] = "no",
	[POLICY_FORK_COUNT] = NULL,
};

const char *policy_mode_name(enum policy_mode mode)
{
	return policy_mode_words[mode];
}

const char *policy_zone_name(enum policy_zone zone)
{
	return policy_zone_words[zone];
}

const char *policy_present_name(enum policy_present present)
{
	return policy_present_words[present];
}

const char *policy_persistent_name(enum policy_persistent persistent)
{
	return policy_persistent_words[persistent];
}

const char *policy_memmap_name(enum policy_memmap memmap)
{
	return policy_memmap_words[memmap];
}

const char *policy_on_busy_name(enum policy_on_busy on_busy)
{
	return policy_on_busy_words[on_busy];
}

const char *policy_exclusive_name(enum policy_exclusive exclusive)
{
	return policy_exclusive_words[exclusive];
}

const char *policy_fork_name(enum policy_fork fork_inheritance)
{
	return policy_fork_words[fork_inheritance];
}
