/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_REGION_SECTION_H
#define POLICY_REGION_SECTION_H

#include <stdint.h>

#include "policy/setting-row.h"
#include "policy/values.h"

/* What a file says that a device is to be. All zero is the default of each
 * setting. */
struct policy_region {
	enum policy_mode mode;
	enum policy_zone zone;
	enum policy_memmap memmap_on_memory;
	enum policy_present present;
	enum policy_persistent persistent;
	enum policy_on_busy on_busy;
	enum policy_exclusive exclusive;
	enum policy_fork fork_inheritance;
	uint64_t busy_timeout; /* ms; 0: POLICY_BUSY_TIMEOUT */
	char *node_name;       /* or NULL */
};

#define POLICY_BUSY_TIMEOUT (UINT64_C(5) * 60 * 1000)
#define POLICY_FOREVER UINT64_MAX

void region_section_done(struct policy_region *region);

/*
 * Parsers of the settings table; their target is the section's struct. An
 * empty value sets the default again. They return 0; -EINVAL and in
 * *ret_message, to be freed, what is wrong; or -ENOMEM.
 */
int region_section_parse_choice(const struct policy_setting *setting,
				const char *value, void *target,
				char **ret_message);
int region_section_parse_name(const struct policy_setting *setting,
			      const char *value, void *target,
			      char **ret_message);
int region_section_parse_timeout(const struct policy_setting *setting,
				 const char *value, void *target,
				 char **ret_message);

#endif
