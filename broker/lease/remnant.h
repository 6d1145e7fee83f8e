/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_REMNANT_H
#define BROKER_LEASE_REMNANT_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/grant.h"

/*
 * What is known of the content of free memory, so that not everything has to be
 * cleared. What is not known is nobody's, and is cleared. Pure.
 */

#define REMNANT_ZERO ((uid_t)-1)

enum remnant_content {
	REMNANT_UNKNOWN,
	REMNANT_IS_ZERO, /* all of it */
	REMNANT_IS_OWN,	 /* all of it is this user's, or zero */
};

/* What the @n @ranges hold, for @uid. In *ret_whole the remnant that is just
 * these, or NULL. */
enum remnant_content
lease_remnant_find(const struct policy_grants *grants,
		   const struct phys_range *ranges, size_t n, uid_t uid,
		   const struct policy_remnant **ret_whole);

/* Nothing is known of @range any more. 1: something was; 0; or -ENOMEM, and
 * nothing has changed. */
int lease_remnant_cut(struct policy_grants *grants, struct phys_range range);

/* The memory of @grant is free: zero, or what its user left in it. 0 or
 * -ENOMEM, and less is known than could be. */
int lease_remnant_add(struct policy_grants *grants,
		      const struct policy_grant *grant, bool zero);

#endif
