// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/persistent.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/nearest.h"
#include "basic/text.h"
#include "policy/complaint.h"

#define PREFIX "overwrite:"

#define KIND(id, name) name ","
_Static_assert(sizeof(PREFIX CONTENT_KINDS(KIND)) <= POLICY_VALUE_MAX,
	       "all kinds have room in a value");
#undef KIND

bool policy_persistent_allows(uint32_t persistent, enum content_kind kind)
{
	return persistent & CONTENT_KIND_BIT(kind);
}

const char *policy_persistent_format(uint32_t persistent,
				     char buf[POLICY_VALUE_MAX])
{
	size_t n = strlen(PREFIX);

	if (persistent == POLICY_PERSISTENT_REFUSE)
		return "refuse";
	if (persistent == POLICY_PERSISTENT_OVERWRITE)
		return "overwrite";
	strcpy(buf, PREFIX);
	for (enum content_kind k = CONTENT_UNKNOWN + 1; k < CONTENT_KIND_COUNT;
	     k++)
		if (policy_persistent_allows(persistent, k))
			n += (size_t)snprintf(buf + n, POLICY_VALUE_MAX - n,
					      "%s,", content_kind_name(k));
	buf[n - 1] = '\0';
	return buf;
}

static int complain(const struct policy_setting *setting, const char *value,
		    const char *word, char **ret_message)
{
	const char *nearest = content_kind_nearest(word);

	if (strcmp(word, "unknown") == 0)
		return complaint_set(ret_message, setting, value,
				     "what is unknown may be anything; "
				     "overwrite alone gives up whatever it is");
	if (nearest)
		return complaint_set(ret_message, setting, value,
				     "there is no content %s, did you mean %s?",
				     word, nearest);
	if (!*word)
		return complaint_set(ret_message, setting, value,
				     "a kind of content is missing");
	return complaint_set(ret_message, setting, value,
			     "there is no content %s; Content= in "
			     "daxbroker.region(5) lists the kinds",
			     word);
}

static int parse_kinds(const struct policy_setting *setting, const char *value,
		       uint32_t *persistent, char **ret_message)
{
	_cleanup_free_ char *copy = strdup(value + strlen(PREFIX));
	char *rest = copy;
	uint32_t kinds = 0;

	if (!copy)
		return -ENOMEM;
	while (rest) {
		const char *word = strsep(&rest, ",");
		enum content_kind kind;

		word += strspn(word, " \t");
		kind = content_kind_find(word, strlen(word));
		if (kind == CONTENT_UNKNOWN)
			return complain(setting, value, word, ret_message);
		kinds |= CONTENT_KIND_BIT(kind);
	}
	*persistent = kinds;
	return 0;
}

static int complain_of_word(const struct policy_setting *setting,
			    const char *value, char **ret_message)
{
	struct nearest nearest;

	nearest_init(&nearest, value);
	nearest_try(&nearest, "refuse");
	nearest_try(&nearest, "overwrite");
	if (nearest.best)
		return complaint_set(ret_message, setting, value,
				     "it takes %s, did you mean %s?",
				     setting->values, nearest.best);
	return complaint_set(ret_message, setting, value, "it takes %s",
			     setting->values);
}

int policy_persistent_parse(const struct policy_setting *setting,
			    const char *value, void *target, char **ret_message)
{
	uint32_t *persistent = (void *)((char *)target + setting->offset);

	if (!*value || strcmp(value, "refuse") == 0)
		*persistent = POLICY_PERSISTENT_REFUSE;
	else if (strcmp(value, "overwrite") == 0)
		*persistent = POLICY_PERSISTENT_OVERWRITE;
	else if (text_starts_with(value, PREFIX))
		return parse_kinds(setting, value, persistent, ret_message);
	else
		return complain_of_word(setting, value, ret_message);
	return 0;
}

const char *policy_persistent_show(const struct policy_setting *setting,
				   const void *target,
				   char buf[POLICY_VALUE_MAX])
{
	const uint32_t *persistent =
		(const void *)((const char *)target + setting->offset);

	return policy_persistent_format(*persistent, buf);
}
