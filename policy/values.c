// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/values.h"

#include <stddef.h>

#include "policy/values.h"

const char *const policy_mode_words[] = {
	[POLICY_MODE_KEEP] = "keep",
	[POLICY_MODE_DEVDAX] = "devdax",
	[POLICY_MODE_SYSTEM_RAM] = "system-ram",
	[POLICY_MODE_POOL] = "pool",
	[POLICY_MODE_COUNT] = NULL,
};

const char *const policy_device_mode_words[] = {
	[POLICY_MODE_KEEP] = "keep",
	[POLICY_MODE_DEVDAX] = "devdax",
	[POLICY_MODE_SYSTEM_RAM] = "system-ram",
	[POLICY_MODE_POOL] = NULL,
};

const char *const policy_clear_words[] = {
	[POLICY_CLEAR_NO] = "no",     [POLICY_CLEAR_VACATE] = "vacate",
	[POLICY_CLEAR_ZERO] = "zero", [POLICY_CLEAR_TAKE] = "take",
	[POLICY_CLEAR_COUNT] = NULL,
};

const char *const policy_zone_words[] = {
	[POLICY_ZONE_MOVABLE] = "movable",
	[POLICY_ZONE_KERNEL] = "kernel",
	[POLICY_ZONE_AUTO] = "auto",
	[POLICY_ZONE_COUNT] = NULL,
};

const char *const policy_one_way_words[] = {
	[POLICY_ONE_WAY_ALLOW] = "allow",
	[POLICY_ONE_WAY_REFUSE] = "refuse",
	[POLICY_ONE_WAY_COUNT] = NULL,
};

const char *const policy_present_words[] = {
	[POLICY_PRESENT_APPLY] = "apply",
	[POLICY_PRESENT_KEEP] = "keep",
	[POLICY_PRESENT_COUNT] = NULL,
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
	[POLICY_EXCLUSIVE_TRY] = "try",
	[POLICY_EXCLUSIVE_COUNT] = NULL,
};

const char *const policy_fork_words[] = {
	[POLICY_FORK_INHERIT] = "yes",
	[POLICY_FORK_DROP] = "no",
	[POLICY_FORK_TRY_DROP] = "try-no",
	[POLICY_FORK_COUNT] = NULL,
};
