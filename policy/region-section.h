/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_REGION_SECTION_H
#define POLICY_REGION_SECTION_H

#include "policy/settings.h"
#include "policy/values.h"

/* What a file's [Region] says. All zero is the default of each setting. */
struct policy_region {
	enum policy_mode mode;
	enum policy_zone zone;
	enum policy_present present;
	enum policy_persistent persistent;
	char *node_name; /* or NULL */
};

void policy_region_done(struct policy_region *region);

/*
 * Parsers of the settings table; their target is a struct policy_region. An
 * empty value sets the default again. They return 0; -EINVAL and in
 * *ret_message, to be freed, what is wrong; or -ENOMEM.
 */
int policy_parse_choice(const struct policy_setting *setting, const char *value,
			void *target, char **ret_message);
int policy_parse_node_name(const struct policy_setting *setting,
			   const char *value, void *target, char **ret_message);

#endif
