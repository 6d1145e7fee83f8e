/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SETTINGS_H
#define POLICY_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Each setting of a policy file stands once, in the table policy_settings: the
 * parser, the lint, the documentation test, the completion and the fuzzers'
 * dictionary all read it.
 */
struct policy_setting {
	const char *section; /* "Match" */
	const char *key;     /* "TargetNode" */
	const char *values;  /* for help and completion: "movable|kernel|auto"
			      * or "SIZE", "LIST" */
	const char *help;    /* one line */
	/*
	 * The parser's part follows. parse() reads one value of a [Match]
	 * list into a struct policy_value, or a [Region] setting into a
	 * struct policy_region. It returns 0; -EINVAL and in *ret_message,
	 * to be freed, what is wrong; or -ENOMEM.
	 */
	int (*parse)(const struct policy_setting *setting, const char *value,
		     void *target, char **ret_message);
	size_t offset; /* [Match]: of the fact in struct policy_subject;
			* [Region]: of the field in struct policy_region */
	/* [Match] only: how the fact is compared, policy/fact.h, and which
	 * enum policy_unknown says that it could not be read (0: none) */
	const struct policy_fact *fact;
	unsigned int unknown;
	/* [Region] only: the words of a choice; a file must have it */
	const char *const *words;
	bool required;
};

#define POLICY_SECTION_MATCH "Match"
#define POLICY_SECTION_REGION "Region"

/* The last has key NULL. */
extern const struct policy_setting policy_settings[];

/* The setting of this name (case counts), or NULL. */
const struct policy_setting *policy_setting_find(const char *section,
						 const char *key);

/* The known section or, in @section, key that is nearest to a wrong name, or
 * NULL when none is near. */
const char *policy_section_nearest(const char *name);
const struct policy_setting *policy_setting_nearest(const char *section,
						    const char *name);

/* A section of the table by its name, as the table's own string; or NULL. */
const char *policy_section_find(const char *name);

#endif
