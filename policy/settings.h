/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SETTINGS_H
#define POLICY_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/mask.h"
#include "policy/setting-row.h"
#include "policy/use.h"

/* The last has key NULL. */
extern const struct policy_setting policy_settings[];

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

/*
 * The settings of @section that say what a device is to be: the first one after
 * @last, or of all where that is NULL; NULL: there are no more.
 */
const struct policy_setting *
policy_settings_next_use(const char *section,
			 const struct policy_setting *last);

/* Copies from @from what the settings of [Device] in @which say; NULL: all. */
void policy_settings_copy_use(struct policy_use *use,
			      const struct policy_use *from,
			      const struct policy_mask *which);

/* Sets the defaults of all that has no effect in the mode of @use. */
void policy_settings_trim_use(struct policy_use *use);

bool policy_setting_is_default(const struct policy_setting *setting,
			       const struct policy_use *use);

/* What @use says in the words of a file: static, in @buf or in @use; NULL:
 * nothing, as of a name. */
const char *policy_setting_show(const struct policy_setting *setting,
				const struct policy_use *use,
				char buf[POLICY_VALUE_MAX]);

/* True for a name of what the device is. */
bool policy_setting_is_name(const struct policy_setting *setting);

/* True for a key of [Match] about what each device of a region has of its own:
 * a file with [Device] sections compares it with the region instead. */
bool policy_setting_is_of_device(const struct policy_setting *setting);

#endif
