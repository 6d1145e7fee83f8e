/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SETTING_ROW_H
#define POLICY_SETTING_ROW_H

#include <stdbool.h>
#include <stddef.h>

/* The kinds of files that have settings. */
enum policy_kind {
	POLICY_KIND_REGION, /* NAME.region and its drop-ins */
	POLICY_KIND_CONF,   /* daxbroker.conf and its drop-ins */
};

/*
 * Each setting of a file stands once, in the table policy_settings: the
 * parser, the lint, the manual pages, the completion and the fuzzers'
 * dictionary all read it.
 */
struct policy_setting {
	const char *section; /* "Match" */
	const char *key;     /* "TargetNode" */
	const char *values;  /* for help and completion: "movable|kernel|auto"
			      * or "SIZE", "LIST" */
	/* For the manual: sentences, each on a line of its own, with literal
	 * words in backquotes; an empty line starts a paragraph. */
	const char *text;
	/*
	 * The parser's part follows. parse() reads one value of a [Match]
	 * list into a struct policy_value, or a setting of another section
	 * into that section's struct. It returns 0; -EINVAL and in
	 * *ret_message, to be freed, what is wrong; or -ENOMEM.
	 */
	int (*parse)(const struct policy_setting *setting, const char *value,
		     void *target, char **ret_message);
	size_t offset; /* [Match]: of the fact in struct policy_subject;
			* else of the field in the section's struct */
	/* [Match] only: how the fact is compared, policy/fact.h, and which
	 * enum policy_unknown says that it could not be read (0: none) */
	const struct policy_fact *fact;
	unsigned int unknown;
	bool whole; /* a line is one value, with the blanks in it */
	/* The words of a choice, the default first. */
	const char *const *words;
};

#define POLICY_SECTION_MATCH "Match"
#define POLICY_SECTION_REGION "Region" /* struct policy_region */
#define POLICY_SECTION_DEVICE "Device" /* struct policy_device_section */
#define POLICY_SECTION_LIMITS "Limits" /* struct policy_limits */

#endif
