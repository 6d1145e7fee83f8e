/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_PERSISTENT_H
#define POLICY_PERSISTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "basic/content-kind.h"
#include "policy/setting-row.h"

/*
 * Persistent=: what a device may hold that is to become system RAM, as bits of
 * CONTENT_KIND_BIT(). What is blank may go anyway.
 */
#define POLICY_PERSISTENT_REFUSE UINT32_C(0)
#define POLICY_PERSISTENT_OVERWRITE UINT32_MAX /* whatever it is */

bool policy_persistent_allows(uint32_t persistent, enum content_kind kind);

/* "refuse", "overwrite", "overwrite:ext4,xfs": in @buf or static. */
const char *policy_persistent_format(uint32_t persistent,
				     char buf[POLICY_VALUE_MAX]);

/* For the settings table, see policy/use.h. */
int policy_persistent_parse(const struct policy_setting *setting,
			    const char *value, void *target,
			    char **ret_message);
const char *policy_persistent_show(const struct policy_setting *setting,
				   const void *target,
				   char buf[POLICY_VALUE_MAX]);

#endif
