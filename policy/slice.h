/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SLICE_H
#define POLICY_SLICE_H

#include <stdint.h>

#include "policy/region-section.h"
#include "policy/settings.h"

enum policy_slice_unit {
	POLICY_SLICE_UNSET,
	POLICY_SLICE_BYTES,
	POLICY_SLICE_PERCENT, /* of the region */
	POLICY_SLICE_REST,    /* what the others leave */
};

struct policy_slice_size {
	enum policy_slice_unit unit;
	uint64_t number;
};

/* One [Device] section: a slice that a region is to be carved into. */
struct policy_slice {
	char *name;
	struct policy_slice_size size;
	uint64_t align;		  /* 0: the region's */
	struct policy_region use; /* what no setting of it says is [Region]'s,
				   * once the file is checked */
	uint64_t assigned;	  /* settings, bits in the table's order */
	const char *source;	  /* the file that it stands in */
	unsigned int line;	  /* of the section's header there */
};

void policy_slice_done(struct policy_slice *slice);

/* Parsers of the settings table; their target is a struct policy_slice. */
int policy_parse_slice_size(const struct policy_setting *setting,
			    const char *value, void *target,
			    char **ret_message);
int policy_parse_slice_align(const struct policy_setting *setting,
			     const char *value, void *target,
			     char **ret_message);

#endif
