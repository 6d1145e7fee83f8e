/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_VALUES_H
#define POLICY_VALUES_H

#include <assert.h>

/*
 * What a policy can say of a device. The words are the kernel's own where the
 * kernel has one; policy_*_name() gives a value's spelling in a file.
 */

enum policy_mode {
	POLICY_MODE_KEEP,	/* it stays as it is */
	POLICY_MODE_DEVDAX,	/* an exclusive /dev/daxX.Y */
	POLICY_MODE_SYSTEM_RAM, /* a NUMA node for everyone */
	POLICY_MODE_POOL,	/* of a file: leased to who asks; no device is
				 * decided so */
	POLICY_MODE_COUNT,
};

/* The zone system-ram goes to: the kernel's online_movable, online_kernel and
 * online (which leaves the choice to memory_hotplug.online_policy). */
enum policy_zone {
	POLICY_ZONE_MOVABLE,
	POLICY_ZONE_KERNEL,
	POLICY_ZONE_AUTO,
	POLICY_ZONE_COUNT,
};

/* A device that is system RAM already when the daemon starts. */
enum policy_present {
	POLICY_PRESENT_APPLY, /* treat it as any other */
	POLICY_PRESENT_KEEP,  /* leave it as found until a reload or apply */
	POLICY_PRESENT_COUNT,
};

/* Memory that never leaves again where it goes. */
enum policy_one_way {
	POLICY_ONE_WAY_ALLOW,
	POLICY_ONE_WAY_REFUSE,
	POLICY_ONE_WAY_COUNT,
};

/* Where the kernel keeps its map of hot-plugged memory. */
enum policy_memmap {
	POLICY_MEMMAP_AUTO, /* as the kernel does */
	POLICY_MEMMAP_YES,  /* in the memory itself */
	POLICY_MEMMAP_NO,
	POLICY_MEMMAP_COUNT,
};

/* A device that is to be switched is in use. */
enum policy_on_busy {
	POLICY_ON_BUSY_REFUSE,
	POLICY_ON_BUSY_WAIT, /* for BusyTimeout= */
	POLICY_ON_BUSY_COUNT,
};

/* /dev/daxX.Y is for one opener at a time. */
enum policy_exclusive {
	POLICY_EXCLUSIVE_NO,
	POLICY_EXCLUSIVE_YES,
	POLICY_EXCLUSIVE_TRY, /* where the driver can */
	POLICY_EXCLUSIVE_COUNT,
};

/* Child processes inherit mappings of /dev/daxX.Y. */
enum policy_fork {
	POLICY_FORK_INHERIT,
	POLICY_FORK_DROP,
	POLICY_FORK_TRY_DROP, /* they do not where the driver can */
	POLICY_FORK_COUNT,
};

/* What a device is to go through, once it is devdax; no setting. */
enum policy_clear {
	POLICY_CLEAR_NO,
	POLICY_CLEAR_VACATE, /* nobody uses it, and nobody can begin to */
	POLICY_CLEAR_ZERO,   /* and its memory is zero */
	POLICY_CLEAR_TAKE,   /* the same, and who uses it loses it */
	POLICY_CLEAR_COUNT,
};

/* The words of the enums as they stand in files; the value is
 * the index, the first is the default, the last NULL. */
extern const char *const policy_mode_words[];
extern const char
	*const policy_device_mode_words[]; /* what one device can be */
extern const char *const policy_clear_words[];
extern const char *const policy_zone_words[];
extern const char *const policy_one_way_words[];
extern const char *const policy_present_words[];
extern const char *const policy_memmap_words[];
extern const char *const policy_on_busy_words[];
extern const char *const policy_exclusive_words[];
extern const char *const policy_fork_words[];

static inline const char *policy_mode_name(enum policy_mode mode)
{
	assert(mode < POLICY_MODE_COUNT);
	return policy_mode_words[mode];
}

static inline const char *policy_zone_name(enum policy_zone zone)
{
	assert(zone < POLICY_ZONE_COUNT);
	return policy_zone_words[zone];
}

static inline const char *policy_memmap_name(enum policy_memmap memmap)
{
	assert(memmap < POLICY_MEMMAP_COUNT);
	return policy_memmap_words[memmap];
}

static inline const char *policy_exclusive_name(enum policy_exclusive exclusive)
{
	assert(exclusive < POLICY_EXCLUSIVE_COUNT);
	return policy_exclusive_words[exclusive];
}

static inline const char *policy_fork_name(enum policy_fork fork_inheritance)
{
	assert(fork_inheritance < POLICY_FORK_COUNT);
	return policy_fork_words[fork_inheritance];
}

#endif
