/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SETTINGS_H
#define POLICY_SETTINGS_H

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
	/* the parser's part follows; see settings.c */
	int (*parse)(const struct policy_setting *setting, const char *value,
		     void *target, char **ret_message);
	size_t offset;
};

/* The last has key NULL. */
extern const struct policy_setting policy_settings[];

#endif
