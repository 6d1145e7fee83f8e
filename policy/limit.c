// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/limit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/cleanup.h"
#include "basic/parse.h"
#include "policy/complaint.h"
#include "policy/match-value.h"
#include "policy/syntax/glob.h"

static void forget_exclusions(struct policy_limits *limits)
{
	for (size_t i = 0; i < limits->n_never_touch; i++)
		free(limits->never_touch[i].text);
	limits->n_never_touch = 0;
}

void policy_limits_done(struct policy_limits *limits)
{
	forget_exclusions(limits);
	free(limits->never_touch);
	free(limits->fault);
}

int policy_limits_parse_ratio(const struct policy_setting *setting,
			      const char *value, void *target,
			      char **ret_message)
{
	_cleanup_free_ char *copy = strdup(value);
	struct policy_limits *limits = target;
	uint64_t movable = 0, kernel = 1;
	char *rest = copy;

	if (!copy)
		return -ENOMEM;
	strsep(&rest, ":");
	if (*value && (parse_u64(copy, &movable) < 0 || movable == 0 ||
		       (rest && parse_u64(rest, &kernel) < 0) || kernel == 0 ||
		       movable > UINT32_MAX || kernel > UINT32_MAX))
		return complaint_set(ret_message, setting, value,
				     "not a ratio such as 4 or 9:2");
	limits->movable = movable;
	limits->kernel = kernel;
	return 0;
}

int policy_limits_parse_size(const struct policy_setting *setting,
			     const char *value, void *target,
			     char **ret_message)
{
	uint64_t *size = (void *)((char *)target + setting->offset);
	uint64_t number = 0;

	if (*value && parse_size(value, &number) < 0)
		return complaint_set(ret_message, setting, value,
				     "not a size such as 512M; the suffixes "
				     "are " PARSE_SIZE_SUFFIXES);
	*size = number;
	return 0;
}

static bool is_name(const struct policy_setting *setting, const char *word)
{
	_cleanup_free_ char *message = NULL, *other = NULL;

	return match_value_parse_uuid(setting, word, NULL, &message) == 0 ||
	       match_value_parse_path(setting, word, NULL, &other) == 0;
}

static int add_exclusion(struct policy_limits *limits,
			 const struct policy_setting *setting, const char *word,
			 char **ret_message)
{
	struct policy_exclusion exclusion = { .text = NULL };

	exclusion.is_range = strchr(word, '-') &&
			     parse_phys_range(word, &exclusion.range) == 0;
	if (!exclusion.is_range && !is_name(setting, word))
		return complaint_set(
			ret_message, setting, word,
			"not a path such as /devices/platform/hmem.0, "
			"a UUID, or addresses such as 0x1000-0x1fff");
	if (ARRAY_GROW(limits->never_touch, limits->n_never_touch) < 0)
		return -ENOMEM;
	exclusion.text = strdup(word);
	if (!exclusion.text)
		return -ENOMEM;
	limits->never_touch[limits->n_never_touch++] = exclusion;
	return 0;
}

int policy_limits_parse_never_touch(const struct policy_setting *setting,
				    const char *value, void *target,
				    char **ret_message)
{
	_cleanup_free_ char *copy = strdup(value);
	struct policy_limits *limits = target;
	char *rest = NULL;
	int r = 0;

	if (!copy)
		return -ENOMEM;
	if (!*value)
		forget_exclusions(limits);
	for (char *word = strtok_r(copy, " \t", &rest); word && r == 0;
	     word = strtok_r(NULL, " \t", &rest))
		r = add_exclusion(limits, setting, word, ret_message);
	return r;
}

static bool overlaps(const struct policy_exclusion *exclusion,
		     struct phys_range range)
{
	return exclusion->range.start <= range.end &&
	       range.start <= exclusion->range.end;
}

static bool touches(const struct policy_exclusion *exclusion,
		    const struct policy_subject *subject)
{
	for (size_t i = 0; i < subject->n_ranges; i++)
		if (overlaps(exclusion, subject->ranges[i]))
			return true;
	return false;
}

static bool is_named(const struct policy_exclusion *exclusion,
		     const struct policy_subject *subject)
{
	const char *const names[] = { subject->uuid, subject->device_uuid };
	const char *slash = strrchr(subject->path, '/');
	_cleanup_free_ char *region = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i] && glob_fits_any_case(exclusion->text, names[i]))
			return true;
	if (glob_fits(exclusion->text, subject->path))
		return true;
	region = slash ? strndup(subject->path, (size_t)(slash - subject->path))
		       : NULL;
	return region && glob_fits(exclusion->text, region);
}

const struct policy_exclusion *
policy_limits_exclusion(const struct policy_limits *limits,
			const struct policy_subject *subject, bool *ret_unknown)
{
	*ret_unknown = false;
	for (size_t i = 0; i < limits->n_never_touch; i++) {
		const struct policy_exclusion *exclusion =
			&limits->never_touch[i];

		if (exclusion->is_range ? touches(exclusion, subject)
					: is_named(exclusion, subject))
			return exclusion;
		*ret_unknown |= subject->unknown &
				(exclusion->is_range ? POLICY_UNKNOWN_RANGES
						     : POLICY_UNKNOWN_UUID);
	}
	return NULL;
}

const struct policy_exclusion *
policy_limits_exclusion_of(const struct policy_limits *limits,
			   struct phys_range range)
{
	for (size_t i = 0; i < limits->n_never_touch; i++)
		if (limits->never_touch[i].is_range &&
		    overlaps(&limits->never_touch[i], range))
			return &limits->never_touch[i];
	return NULL;
}
