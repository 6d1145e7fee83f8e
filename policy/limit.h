/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_LIMIT_H
#define POLICY_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/diagnostic.h"
#include "policy/setting-row.h"
#include "policy/subject.h"

/* Which devices are never to be touched: a glob, or addresses. */
struct policy_exclusion {
	char *text; /* as in the file */
	bool is_range;
	struct phys_range range;
	struct policy_origin origin;
};

/* [Limits] of daxbroker.conf. What is said nowhere is no limit. */
struct policy_limits {
	/* At most @movable bytes of movable memory for each @kernel bytes of
	 * other memory; 0: no limit. */
	uint64_t movable;
	uint64_t kernel;
	uint64_t kernel_free; /* bytes; 0: no limit */
	struct policy_exclusion *never_touch;
	size_t n_never_touch;
	struct policy_origin ratio_origin;
	struct policy_origin free_origin;
	/* The file is in error: nobody knows what it forbids. */
	char *fault; /* "FILE:LINE: MESSAGE", or NULL */
};

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

/* The exclusion that @subject falls under, or NULL; where its addresses or UUID
 * could not be read and an exclusion asks for them, *ret_unknown is set. */
const struct policy_exclusion *
policy_limits_exclusion(const struct policy_limits *limits,
			const struct policy_subject *subject,
			bool *ret_unknown);

/* The exclusion of addresses in @range, which no device may have yet, or
 * NULL. */
const struct policy_exclusion *
policy_limits_exclusion_of(const struct policy_limits *limits,
			   struct phys_range range);

#endif
