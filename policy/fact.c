// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/fact.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"

static const void *field(const struct policy_setting *setting,
			 const struct policy_subject *subject)
{
	return (const char *)subject + setting->offset;
}

static const char *string(const struct policy_setting *setting,
			  const struct policy_subject *subject)
{
	return *(const char *const *)field(setting, subject);
}

static bool string_absent(const struct policy_setting *setting,
			  const struct policy_subject *subject)
{
	return !string(setting, subject);
}

static bool string_fits(const struct policy_setting *setting,
			const struct policy_value *value,
			const struct policy_subject *subject)
{
	return fnmatch(value->text, string(setting, subject), 0) == 0;
}

static bool uuid_fits(const struct policy_setting *setting,
		      const struct policy_value *value,
		      const struct policy_subject *subject)
{
	return fnmatch(value->text, string(setting, subject), FNM_CASEFOLD) ==
	       0;
}

static char *string_describe(const struct policy_setting *setting,
			     const struct policy_subject *subject)
{
	return strdup(string(setting, subject));
}

const struct policy_fact policy_fact_string = {
	.absent = string_absent,
	.fits = string_fits,
	.describe = string_describe,
};

const struct policy_fact policy_fact_uuid = {
	.absent = string_absent,
	.fits = uuid_fits,
	.describe = string_describe,
};

static bool in_range(uint64_t number, const struct policy_value *value)
{
	return value->low <= number && number <= value->high;
}

static bool size_absent(_unused_ const struct policy_setting *setting,
			_unused_ const struct policy_subject *subject)
{
	return false;
}

static bool size_fits(const struct policy_setting *setting,
		      const struct policy_value *value,
		      const struct policy_subject *subject)
{
	return in_range(*(const uint64_t *)field(setting, subject), value);
}

/* Exact: a rounded size could read as if it did fit. */
static char *size_describe(const struct policy_setting *setting,
			   const struct policy_subject *subject)
{
	uint64_t size = *(const uint64_t *)field(setting, subject), rounded;
	char buf[FORMAT_SIZE_MAX];
	char *text;
	int r;

	format_size(size, buf);
	if (parse_size(buf, &rounded) == 0 && rounded == size)
		return strdup(buf);
	r = asprintf(&text, "%s (%" PRIu64 " bytes)", buf, size);
	return r < 0 ? NULL : text;
}

const struct policy_fact policy_fact_size = {
	.absent = size_absent,
	.fits = size_fits,
	.describe = size_describe,
};

static int node(const struct policy_setting *setting,
		const struct policy_subject *subject)
{
	return *(const int *)field(setting, subject);
}

static bool node_absent(const struct policy_setting *setting,
			const struct policy_subject *subject)
{
	return node(setting, subject) < 0;
}

static bool node_fits(const struct policy_setting *setting,
		      const struct policy_value *value,
		      const struct policy_subject *subject)
{
	return in_range((uint64_t)node(setting, subject), value);
}

static char *node_describe(const struct policy_setting *setting,
			   const struct policy_subject *subject)
{
	char *text;

	if (asprintf(&text, "%d", node(setting, subject)) < 0)
		return NULL;
	return text;
}

const struct policy_fact policy_fact_node = {
	.absent = node_absent,
	.fits = node_fits,
	.describe = node_describe,
};

static bool ranges_absent(_unused_ const struct policy_setting *setting,
			  const struct policy_subject *subject)
{
	return subject->n_ranges == 0;
}

static bool ranges_fit(_unused_ const struct policy_setting *setting,
		       const struct policy_value *value,
		       const struct policy_subject *subject)
{
	const struct phys_range wanted = { value->low, value->high };

	for (size_t i = 0; i < subject->n_ranges; i++)
		if (!phys_range_contains(wanted, subject->ranges[i]))
			return false;
	return true;
}

static char *ranges_describe(_unused_ const struct policy_setting *setting,
			     const struct policy_subject *subject)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f;

	f = open_memstream(&text, &size);
	if (!f)
		return NULL;
	for (size_t i = 0; i < subject->n_ranges; i++)
		fprintf(f, "%s%#" PRIx64 "-%#" PRIx64, i ? " " : "",
			subject->ranges[i].start, subject->ranges[i].end);
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

const struct policy_fact policy_fact_ranges = {
	.absent = ranges_absent,
	.fits = ranges_fit,
	.describe = ranges_describe,
};
