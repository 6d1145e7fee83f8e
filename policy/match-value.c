// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/match-value.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "basic/content-kind.h"
#include "basic/parse.h"
#include "basic/text.h"
#include "basic/uuid.h"
#include "policy/complaint.h"
#include "policy/syntax/glob.h"

/*
 * A value that can fit no device is an error, not a key that never fits: most
 * likely its author expects it to fit something.
 */

static const char glob_characters[] = "*?[";

static bool is_glob(const char *value)
{
	return strpbrk(value, glob_characters) != NULL;
}

/* Something that starts with @start can fit @value. */
static bool can_start_with(const char *value, const char *start)
{
	size_t length = strlen(start);

	if (is_glob(value) && strcspn(value, glob_characters) < length)
		length = strcspn(value, glob_characters);
	return strncmp(value, start, length) == 0;
}

int match_value_parse_provider(const struct policy_setting *setting,
			       const char *value, _unused_ void *target,
			       char **ret_message)
{
	static const char *const providers[] = { "pmem", "hmem", "cxl" };

	for (size_t i = 0; i < ARRAY_SIZE(providers); i++)
		if (glob_fits(value, providers[i]))
			return 0;
	return complaint_set(
		ret_message, setting, value,
		"there is no such provider; there are pmem, hmem and cxl");
}

int match_value_parse_content(const struct policy_setting *setting,
			      const char *value, _unused_ void *target,
			      char **ret_message)
{
	const char *nearest;

	for (enum content_kind k = CONTENT_UNKNOWN + 1; k < CONTENT_KIND_COUNT;
	     k++)
		if (glob_fits(value, content_kind_name(k)))
			return 0;
	nearest = content_kind_nearest(value);
	if (nearest)
		return complaint_set(ret_message, setting, value,
				     "there is no such content, did you mean "
				     "%s?",
				     nearest);
	return complaint_set(ret_message, setting, value,
			     "there is no such content; daxbroker.region(5) "
			     "lists the kinds");
}

/* Only of characters that a UUID or a glob can have. */
static bool is_uuid_glob(const char *value)
{
	return is_glob(value) && value[strspn(value, "0123456789abcdefABCDEF-"
						     "*?[]!^")] == '\0';
}

int match_value_parse_uuid(const struct policy_setting *setting,
			   const char *value, _unused_ void *target,
			   char **ret_message)
{
	sd_id128_t uuid;

	if (uuid_parse(value, &uuid) == 0 || is_uuid_glob(value))
		return 0;
	return complaint_set(ret_message, setting, value,
			     "not a UUID of the form "
			     "01234567-89ab-cdef-0123-456789abcdef");
}

static bool is_device(const char *value)
{
	unsigned int region, device;
	int length = 0;

	if (strspn(value, "dax.0123456789") != strlen(value))
		return false;
	return sscanf(value, "dax%9u.%9u%n", &region, &device, &length) == 2 &&
	       value[length] == '\0';
}

int match_value_parse_device(const struct policy_setting *setting,
			     const char *value, _unused_ void *target,
			     char **ret_message)
{
	if (strchr(value, '/'))
		return complaint_set(
			ret_message, setting, value,
			"a name such as dax0.0 is expected, without "
			"any folder");
	if (is_glob(value) ? can_start_with(value, "dax") : is_device(value))
		return 0;
	return complaint_set(
		ret_message, setting, value,
		"no device can have this name; names are such as dax0.0");
}

int match_value_parse_path(const struct policy_setting *setting,
			   const char *value, _unused_ void *target,
			   char **ret_message)
{
	if (can_start_with(value, "/devices/"))
		return 0;
	return complaint_set(ret_message, setting, value,
			     "no device can have this path; paths start with "
			     "/devices/");
}

/* What stands before a size; the longer ones first. */
static const struct comparison {
	const char *sign;
	bool below, above; /* fits what is smaller, larger */
	unsigned int off;  /* 1: not the size itself */
} comparisons[] = {
	{ ">=", false, true, 0 }, { "<=", true, false, 0 },
	{ ">", false, true, 1 },  { "<", true, false, 1 },
	{ "", false, false, 0 },
};

static const struct comparison *take_comparison(const char **value)
{
	const struct comparison *c = comparisons;

	while (!text_starts_with(*value, c->sign))
		c++;
	*value += strlen(c->sign);
	return c;
}

/* Takes the comparison off @value and has @parse read the number behind it.
 * Returns 0; or -EINVAL or -ERANGE and no message yet. */
static int parse_comparison(const char *value,
			    int (*parse)(const char *text, uint64_t *ret),
			    struct policy_value *range)
{
	const struct comparison *c = take_comparison(&value);
	uint64_t number;
	int r;

	r = parse(value, &number);
	if (r < 0)
		return r;
	if (c->off && number == (c->above ? UINT64_MAX : 0))
		return -ERANGE;
	range->low = c->below ? 0 : number + c->off;
	range->high = c->above ? UINT64_MAX : number - c->off;
	return 0;
}

int match_value_parse_size(const struct policy_setting *setting,
			   const char *value, void *target, char **ret_message)
{
	int r = parse_comparison(value, parse_size, target);

	if (r == -ERANGE)
		return complaint_set(ret_message, setting, value,
				     "no size can be that");
	if (r < 0)
		return complaint_set(
			ret_message, setting, value,
			"not a size such as 16G, >=512M or <1T; the "
			"suffixes are " PARSE_SIZE_SUFFIXES);
	return 0;
}

int match_value_parse_count(const struct policy_setting *setting,
			    const char *value, void *target, char **ret_message)
{
	if (parse_comparison(value, parse_u64, target) < 0)
		return complaint_set(ret_message, setting, value,
				     "not a number such as 2, >=4 or <8");
	return 0;
}

/* "300ns", or us or ms; a number alone is ns. */
static int parse_nanoseconds(const char *text, uint64_t *ret)
{
	static const struct {
		const char *suffix;
		uint64_t factor;
	} units[] = {
		{ "ns", 1 },
		{ "us", 1000 },
		{ "ms", 1000000 },
		{ "", 1 },
	};
	size_t i = 0, length;
	char number[24];
	uint64_t value;
	int r;

	while (!text_ends_with(text, units[i].suffix))
		i++;
	length = strlen(text) - strlen(units[i].suffix);
	if (length >= sizeof(number))
		return -EINVAL;
	memcpy(number, text, length);
	number[length] = '\0';
	r = parse_u64(number, &value);
	if (r < 0)
		return r;
	if (value > UINT64_MAX / units[i].factor)
		return -ERANGE;
	*ret = value * units[i].factor;
	return 0;
}

int match_value_parse_latency(const struct policy_setting *setting,
			      const char *value, void *target,
			      char **ret_message)
{
	int r = parse_comparison(value, parse_nanoseconds, target);

	if (r == -ERANGE)
		return complaint_set(ret_message, setting, value,
				     "no latency can be that");
	if (r < 0)
		return complaint_set(ret_message, setting, value,
				     "not a time such as <=300ns");
	return 0;
}

int match_value_parse_serial(const struct policy_setting *setting,
			     const char *value, void *target,
			     char **ret_message)
{
	static const char characters[] = "0123456789abcdefABCDEFxX*?[]!^-";
	struct policy_value *number = target;

	if (is_glob(value) && value[strspn(value, characters)] == '\0')
		return 0;
	if (!is_glob(value) && parse_u64(value, &number->low) == 0)
		return 0;
	return complaint_set(ret_message, setting, value,
			     "not a serial number such as 0x5ca1ab1e");
}

static int take_node(char *text, uint64_t *ret)
{
	uint64_t node;

	if (parse_u64(text, &node) < 0 || node > INT_MAX)
		return -EINVAL;
	*ret = node;
	return 0;
}

int match_value_parse_node(const struct policy_setting *setting,
			   const char *value, void *target, char **ret_message)
{
	_cleanup_free_ char *copy = strdup(value);
	struct policy_value *range = target;
	uint64_t low, high;
	char *first, *last;

	if (!copy)
		return -ENOMEM;
	last = copy;
	first = strsep(&last, "-");
	if (!last)
		last = first;
	if (take_node(first, &low) < 0 || take_node(last, &high) < 0 ||
	    low > high)
		return complaint_set(
			ret_message, setting, value,
			"not a node number such as 2, or two such as "
			"1-3");
	range->low = low;
	range->high = high;
	return 0;
}

int match_value_parse_addresses(const struct policy_setting *setting,
				const char *value, void *target,
				char **ret_message)
{
	struct policy_value *range = target;
	struct phys_range addresses;

	if (!strchr(value, '-') || parse_phys_range(value, &addresses) < 0)
		return complaint_set(ret_message, setting, value,
				     "not two addresses such as "
				     "0x1000000000-0x17ffffffff");
	range->low = addresses.start;
	range->high = addresses.end;
	return 0;
}
