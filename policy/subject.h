/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SUBJECT_H
#define POLICY_SUBJECT_H

#include <stddef.h>
#include <stdint.h>

#include "basic/range.h"

/* A fact that could not be read (say, for want of privilege). That differs
 * from one that the device does not have, whose value is NULL or -1. */
enum policy_unknown {
	POLICY_UNKNOWN_PROVIDER = 1 << 0,
	POLICY_UNKNOWN_UUID = 1 << 1,
	POLICY_UNKNOWN_SIZE = 1 << 2,
	POLICY_UNKNOWN_TARGET_NODE = 1 << 3,
	POLICY_UNKNOWN_RANGES = 1 << 4,
};

/*
 * What [Match] sections are matched against: the plain facts of one device.
 * Everything is borrowed for the time of a call.
 */
struct policy_subject {
	unsigned int unknown; /* enum policy_unknown, ORed */
	const char *device;   /* "dax0.0" */
	const char *provider; /* "pmem", "hmem", "cxl"; NULL: another one */
	const char *path;     /* sysfs path without the mount point:
			       * "/devices/platform/hmem.0/dax0.0" */
	const char *uuid;     /* nvdimm namespace or CXL region UUID, lower
			       * case; NULL: it has none */
	uint64_t size;	      /* bytes */
	int target_node;      /* -1: it has none */
	const struct phys_range *ranges;
	size_t n_ranges;
};

#endif
