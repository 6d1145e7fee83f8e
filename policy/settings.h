/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SETTINGS_H
#define POLICY_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/setting-row.h"

/* The last has key NULL. */
extern const struct policy_setting policy_settings[];

/* More there cannot be: a file has a bit for each. */
#define POLICY_SETTINGS_MAX 64

/* The place of @setting in the table. */
static inline size_t policy_setting_index(const struct policy_setting *setting)
{
	return (size_t)(setting - policy_settings);
}

/* The setting of this name (case counts), or NULL. */
const struct policy_setting *policy_setting_find(const char *section,
						 const char *key);

/* The known section of a kind of file or, in @section, key that is nearest to
 * a wrong name, or NULL when none is near. */
const char *policy_setting_nearest_section(enum policy_kind kind,
					   const char *name);
const struct policy_setting *policy_setting_nearest(const char *section,
						    const char *name);

/* A section of a kind of file by its name, as the table's own string; or NULL.
 */
const char *policy_setting_find_section(enum policy_kind kind,
					const char *name);

/* True for a key of [Match] about what each device of a region has of its own:
 * a file with [Device] sections compares it with the region instead. */
bool policy_setting_is_of_device(const struct policy_setting *setting);

#endif
