/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SETTING_ROW_H
#define POLICY_SETTING_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/values.h"

/* The kinds of files that have settings. */
enum policy_kind {
	POLICY_KIND_REGION, /* NAME.region and its drop-ins */
	POLICY_KIND_CONF,   /* daxbroker.conf and its drop-ins */
};

/* Room for a value that is made into text. */
#define POLICY_VALUE_MAX 320

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
	 * list into a struct policy_value, or another setting into its
	 * section's struct. It returns 0; -EINVAL and in
	 * *ret_message, to be freed, what is wrong; or -ENOMEM.
	 */
	int (*parse)(const struct policy_setting *setting, const char *value,
		     void *target, char **ret_message);
	size_t offset; /* [Match]: of the fact in struct policy_subject;
			* else of the member in the section's struct */
	/* [Match] only: how the fact is compared, policy/fact.h, and which
	 * enum policy_unknown says that it could not be read (0: none) */
	const struct policy_fact *fact;
	unsigned int unknown;
	bool whole; /* a line is one value, with the blanks in it */
	/* The words of a choice, the default first. */
	const char *const *words;
	/*
	 * Of what a device is to be, and of nothing else: the name
	 * and bytes of the member of struct policy_use, which is the target
	 * then; the mode in which it has an effect, POLICY_MODE_KEEP for all;
	 * and its value for a person: static, in @buf or in the target; NULL:
	 * none.
	 */
	const char *name; /* the member's, as in JSON */
	size_t size;
	enum policy_mode mode;
	const char *(*show)(const struct policy_setting *setting,
			    const void *target, char buf[POLICY_VALUE_MAX]);
};

#define POLICY_SECTION_MATCH "Match"
#define POLICY_SECTION_REGION "Region" /* struct policy_use */
#define POLICY_SECTION_DEVICE "Device" /* struct policy_device_section */
#define POLICY_SECTION_POOL "Pool"     /* struct policy_pool */
#define POLICY_SECTION_LIMITS "Limits" /* struct policy_limits */

#endif
