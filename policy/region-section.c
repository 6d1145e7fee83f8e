// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/region-section.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "policy/complaint.h"
#include "policy/syntax/nearest.h"

#define NAME_LENGTH_MAX 63

void region_section_done(struct policy_region *region)
{
	free(region->node_name);
	region->node_name = NULL;
}

int region_section_parse_choice(const struct policy_setting *setting,
				const char *value, void *target,
				char **ret_message)
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
		return complaint_set(ret_message, setting, value,
				     "it takes %s, did you mean %s?",
				     setting->values, nearest.best);
	return complaint_set(ret_message, setting, value, "it takes %s",
			     setting->values);
}

static bool is_name(const char *name)
{
	size_t length = strlen(name);

	if (length == 0 || length > NAME_LENGTH_MAX ||
	    !isalpha((unsigned char)name[0]))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("_.-", name[i]))
			return false;
	return true;
}

int region_section_parse_name(const struct policy_setting *setting,
			      const char *value, void *target,
			      char **ret_message)
{
	char **name = (void *)((char *)target + setting->offset);
	char *copy = NULL;

	if (*value) {
		if (!is_name(value))
			return complaint_set(
				ret_message, setting, value,
				"a name has up to %d letters, digits, "
				"'_', '.' and '-', the first a letter",
				NAME_LENGTH_MAX);
		copy = strdup(value);
		if (!copy)
			return -ENOMEM;
	}
	free(*name);
	*name = copy;
	return 0;
}

/* Reads a number with its unit off *text. Returns 0 or -EINVAL. */
static int take_span(const char **text, uint64_t *ret)
{
	static const struct {
		const char *name;
		uint64_t ms;
	} units[] = {
		{ "ms", 1 },	   { "s", 1000 },     { "sec", 1000 },
		{ "m", 60000 },	   { "min", 60000 },  { "h", 3600000 },
		{ "hr", 3600000 }, { "d", 86400000 }, { "", 1000 },
	};
	unsigned long long number;
	size_t length, i = 0;
	char *unit;

	if (!isdigit((unsigned char)**text))
		return -EINVAL;
	errno = 0;
	number = strtoull(*text, &unit, 10);
	unit += strspn(unit, " \t");
	for (length = 0; isalpha((unsigned char)unit[length]);)
		length++;
	while (i < ARRAY_SIZE(units) &&
	       (strlen(units[i].name) != length ||
		strncmp(units[i].name, unit, length) != 0))
		i++;
	if (errno || i == ARRAY_SIZE(units) ||
	    number > POLICY_FOREVER / 2 / units[i].ms)
		return -EINVAL;
	*ret = number * units[i].ms;
	*text = unit + length + strspn(unit + length, " \t");
	return 0;
}

static int parse_time(const char *text, uint64_t *ret)
{
	uint64_t total = 0, span;

	if (strcmp(text, "infinity") == 0) {
		*ret = POLICY_FOREVER;
		return 0;
	}
	do {
		if (take_span(&text, &span) < 0 ||
		    span > POLICY_FOREVER / 2 - total)
			return -EINVAL;
		total += span;
	} while (*text);
	*ret = total;
	return total > 0 ? 0 : -EINVAL;
}

int region_section_parse_timeout(const struct policy_setting *setting,
				 const char *value, void *target,
				 char **ret_message)
{
	uint64_t *timeout = (void *)((char *)target + setting->offset);

	if (!*value)
		*timeout = 0;
	else if (parse_time(value, timeout) < 0)
		return complaint_set(
			ret_message, setting, value,
			"not a time such as 90s, 5min or infinity");
	return 0;
}
