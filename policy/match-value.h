/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_MATCH_VALUE_H
#define POLICY_MATCH_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/setting-row.h"

/* One of the values of a [Match] key. */
struct policy_value {
	char *text; /* as in the file, without "!"; also the glob */
	bool negated;
	uint64_t low; /* of numbers: the range that fits, both included */
	uint64_t high;
};

/* Parsers of the settings table; their target is a struct policy_value, of
 * which they set low and high. */
int match_value_parse_provider(const struct policy_setting *setting,
			       const char *value, void *target,
			       char **ret_message);
int match_value_parse_content(const struct policy_setting *setting,
			      const char *value, void *target,
			      char **ret_message);
int match_value_parse_uuid(const struct policy_setting *setting,
			   const char *value, void *target, char **ret_message);
int match_value_parse_device(const struct policy_setting *setting,
			     const char *value, void *target,
			     char **ret_message);
int match_value_parse_path(const struct policy_setting *setting,
			   const char *value, void *target, char **ret_message);
int match_value_parse_size(const struct policy_setting *setting,
			   const char *value, void *target, char **ret_message);
int match_value_parse_count(const struct policy_setting *setting,
			    const char *value, void *target,
			    char **ret_message);
int match_value_parse_latency(const struct policy_setting *setting,
			      const char *value, void *target,
			      char **ret_message);
int match_value_parse_serial(const struct policy_setting *setting,
			     const char *value, void *target,
			     char **ret_message);
int match_value_parse_node(const struct policy_setting *setting,
			   const char *value, void *target, char **ret_message);
int match_value_parse_addresses(const struct policy_setting *setting,
				const char *value, void *target,
				char **ret_message);

#endif
