/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_PERMISSION_H
#define POLICY_PERMISSION_H

#include <stdbool.h>

#include "policy/setting-row.h"

/*
 * Who may open /dev/daxX.Y: parsers of the settings table, as in policy/use.h.
 * udev resolves the names, so nothing here asks whether they exist.
 */

/* Of a name of a user or a group, or a number; struct policy_use has an array
 * of POLICY_NAME_MAX. */
int permission_parse_account(const struct policy_setting *setting,
			     const char *value, void *target,
			     char **ret_message);

/* True for what could be such a name or number. */
bool permission_is_account(const char *value);

/* An octal mode of an unsigned int, from 1 to 0777; 0: none is set. */
int permission_parse_mode(const struct policy_setting *setting,
			  const char *value, void *target, char **ret_message);

/* "0660"; NULL: none. */
const char *permission_show_mode(const struct policy_setting *setting,
				 const void *target,
				 char buf[POLICY_VALUE_MAX]);

#endif
