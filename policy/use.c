// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/use.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/nearest.h"
#include "policy/complaint.h"

#define BUSY_TIMEOUT_MS (UINT64_C(5) * 60 * 1000)

static uint64_t timeout_or_default(uint64_t timeout)
{
	return timeout ? timeout : BUSY_TIMEOUT_MS;
}

uint64_t policy_use_patience(const struct policy_use *use)
{
	return use->on_busy == POLICY_ON_BUSY_WAIT
		       ? timeout_or_default(use->busy_timeout)
		       : 0;
}

int policy_use_parse_choice(const struct policy_setting *setting,
			    const char *value, void *target, char **ret_message)
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

const char *policy_use_show_choice(const struct policy_setting *setting,
				   const void *target,
				   _unused_ char buf[POLICY_VALUE_MAX])
{
	const unsigned int *choice =
		(const void *)((const char *)target + setting->offset);

	for (unsigned int i = 0; i <= *choice; i++)
		assert(setting->words[i]);
	return setting->words[*choice];
}

bool policy_use_is_name(const char *name)
{
	size_t length = strlen(name);

	if (length == 0 || length >= POLICY_NAME_MAX ||
	    !isalpha((unsigned char)name[0]))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("_.-", name[i]))
			return false;
	return true;
}

int policy_use_parse_name(const struct policy_setting *setting,
			  const char *value, void *target, char **ret_message)
{
	char *name = (char *)target + setting->offset;

	if (*value && !policy_use_is_name(value))
		return complaint_set(ret_message, setting, value,
				     "a name has up to %d letters, digits, "
				     "'_', '.' and '-', the first a letter",
				     POLICY_NAME_MAX - 1);
	if (strcmp(value, "by-id") == 0)
		return complaint_set(ret_message, setting, value,
				     "/dev/daxbroker/by-id is a folder");
	/* All of it is set: settings are compared and copied as bytes. */
	memset(name, 0, POLICY_NAME_MAX);
	memcpy(name, value, strlen(value));
	return 0;
}

/* Returns 0; -EINVAL: that is no name; -ENOENT: @node is none. */
static int expand(const char *pattern, int node, char ret[POLICY_NAME_MAX])
{
	char name[POLICY_NAME_MAX + 16] = "";
	size_t n = 0;

	for (const char *p = pattern; *p && n < POLICY_NAME_MAX; p++) {
		if (p[0] != '%' || p[1] != 'n') {
			name[n++] = *p;
			continue;
		}
		if (node < 0)
			return -ENOENT;
		n += (size_t)snprintf(name + n, 16, "%d", node);
		p++;
	}
	name[n] = '\0';
	if (*name && !policy_use_is_name(name))
		return -EINVAL;
	memset(ret, 0, POLICY_NAME_MAX);
	memcpy(ret, name, n);
	return 0;
}

int policy_use_parse_pattern(const struct policy_setting *setting,
			     const char *value, void *target,
			     char **ret_message)
{
	char *pattern = (char *)target + setting->offset;
	char longest[POLICY_NAME_MAX];

	if (expand(value, INT_MAX, longest) < 0)
		return complaint_set(
			ret_message, setting, value,
			"a name has up to %d letters, digits, "
			"'_', '.' and '-', the first a letter; %%n "
			"stands for the node's number",
			POLICY_NAME_MAX - 1);
	memset(pattern, 0, POLICY_NAME_MAX);
	memcpy(pattern, value, strlen(value));
	return 0;
}

void policy_use_expand(struct policy_use *use, int node)
{
	char name[POLICY_NAME_MAX] = "";

	/* Without a number there is no name. */
	(void)expand(use->node_name, node, name);
	memcpy(use->node_name, name, sizeof(name));
}

const char *policy_use_show_name(const struct policy_setting *setting,
				 const void *target,
				 _unused_ char buf[POLICY_VALUE_MAX])
{
	const char *name = (const char *)target + setting->offset;

	return *name ? name : NULL;
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

int policy_use_parse_time(const char *text, uint64_t *ret)
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

int policy_use_parse_timeout(const struct policy_setting *setting,
			     const char *value, void *target,
			     char **ret_message)
{
	uint64_t *timeout = (void *)((char *)target + setting->offset);

	if (!*value)
		*timeout = 0;
	else if (policy_use_parse_time(value, timeout) < 0)
		return complaint_set(
			ret_message, setting, value,
			"not a time such as 90s, 5min or infinity");
	return 0;
}

const char *policy_use_show_timeout(const struct policy_setting *setting,
				    const void *target,
				    char buf[POLICY_VALUE_MAX])
{
	const uint64_t *timeout =
		(const void *)((const char *)target + setting->offset);
	const uint64_t ms = timeout_or_default(*timeout);

	if (ms == POLICY_FOREVER)
		return "infinity";
	if (ms % 1000 == 0)
		snprintf(buf, POLICY_VALUE_MAX, "%" PRIu64 "s", ms / 1000);
	else
		snprintf(buf, POLICY_VALUE_MAX, "%" PRIu64 "ms", ms);
	return buf;
}
