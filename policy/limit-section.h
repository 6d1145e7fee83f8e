/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_LIMIT_SECTION_H
#define POLICY_LIMIT_SECTION_H

#include "policy/limit.h"
#include "policy/settings.h"

void policy_limits_done(struct policy_limits *limits);

/* Parsers of the settings table; their target is a struct policy_limits. */
int policy_limits_parse_ratio(const struct policy_setting *setting,
			      const char *value, void *target,
			      char **ret_message);
int policy_limits_parse_size(const struct policy_setting *setting,
			     const char *value, void *target,
			     char **ret_message);
int policy_limits_parse_never_touch(const struct policy_setting *setting,
				    const char *value, void *target,
				    char **ret_message);

#endif
