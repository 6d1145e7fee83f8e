/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_DEVICE_SECTION_H
#define POLICY_DEVICE_SECTION_H

#include <stdint.h>

#include "policy/mask.h"
#include "policy/setting-row.h"
#include "policy/use.h"

enum policy_size_unit {
	POLICY_SIZE_UNSET,
	POLICY_SIZE_BYTES,
	POLICY_SIZE_PERCENT, /* of the region */
	POLICY_SIZE_REST,    /* what the others leave */
};

struct policy_size {
	enum policy_size_unit unit;
	uint64_t number;
};

/* One [Device] section: a slice that a region is to be laid out into. */
struct policy_device_section {
	char name[POLICY_NAME_MAX];
	struct policy_size size;
	uint64_t align;	       /* 0: the region's */
	struct policy_use use; /* once the file is checked, with what it
				* inherits from [Region] */
	struct policy_mask assigned;
	const char *source; /* the file that it stands in */
	unsigned int line;  /* of the section's header there */
};

/* Parsers of the settings table; their target is a struct
 * policy_device_section. */
int device_section_parse_size(const struct policy_setting *setting,
			      const char *value, void *target,
			      char **ret_message);
int device_section_parse_align(const struct policy_setting *setting,
			       const char *value, void *target,
			       char **ret_message);

#endif
