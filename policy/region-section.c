// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/region-section.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "policy/complaint.h"
#include "policy/nearest.h"

#define NODE_NAME_MAX 63

void policy_region_done(struct policy_region *region)
{
	free(region->node_name);
	region->node_name = NULL;
}

int policy_parse_choice(const struct policy_setting *setting, const char *value,
			void *target, char **ret_message)
{
	unsigned int *choice = (void *)((char *)target + setting->offset);
	struct nearest nearest;

	if (!*value) {
		*choice = 0;
		return 0;
	}
	nearest_init(&nearest, value);
	for (unsigned int i = 0; setting->words[i]; i++) {
		if (strcmp(setting->words[i], value) == 0) {
			*choice = i;
			return 0;
		}
		nearest_try(&nearest, setting->words[i]);
	}
	if (nearest.best)
		return complain(ret_message, setting, value,
				"it takes %s, did you mean %s?",
				setting->values, nearest.best);
	return complain(ret_message, setting, value, "it takes %s",
			setting->values);
}

static bool is_node_name(const char *name)
{
	size_t length = strlen(name);

	if (length == 0 || length > NODE_NAME_MAX ||
	    !isalpha((unsigned char)name[0]))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("_.-", name[i]))
			return false;
	return true;
}

int policy_parse_node_name(const struct policy_setting *setting,
			   const char *value, void *target, char **ret_message)
{
	char **name = (void *)((char *)target + setting->offset);
	char *copy = NULL;

	if (*value) {
		if (!is_node_name(value))
			return complain(ret_message, setting, value,
					"a name has up to %d letters, digits, "
					"'_', '.' and '-', the first a letter",
					NODE_NAME_MAX);
		copy = strdup(value);
		if (!copy)
			return -ENOMEM;
	}
	free(*name);
	*name = copy;
	return 0;
}
