// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/fact.h"

#include <inttypes.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"
#include "basic/size.h"
#include "basic/text-stream.h"
#include "basic/text.h"
#include "policy/syntax/glob.h"

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
	return glob_fits(value->text, string(setting, subject));
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

/* Several strings as one, divided by blanks; to be freed. NULL: out of memory.
 */
static char *join(const char *const *items, size_t n)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);

	if (!f)
		return NULL;
	for (size_t i = 0; i < n; i++)
		fprintf(f, "%s%s", i ? " " : "", items[i]);
	return text_stream_take(&stream);
}

static bool uuid_absent(_unused_ const struct policy_setting *setting,
			const struct policy_subject *subject)
{
	return !subject->uuid && !subject->device_uuid;
}

static bool uuid_fits(_unused_ const struct policy_setting *setting,
		      const struct policy_value *value,
		      const struct policy_subject *subject)
{
	const char *const uuids[] = { subject->uuid, subject->device_uuid };

	for (size_t i = 0; i < ARRAY_SIZE(uuids); i++)
		if (uuids[i] && glob_fits_any_case(value->text, uuids[i]))
			return true;
	return false;
}

static char *uuid_describe(_unused_ const struct policy_setting *setting,
			   const struct policy_subject *subject)
{
	const char *uuids[2];
	size_t n = 0;

	if (subject->uuid)
		uuids[n++] = subject->uuid;
	if (subject->device_uuid)
		uuids[n++] = subject->device_uuid;
	return join(uuids, n);
}

const struct policy_fact policy_fact_uuid = {
	.absent = uuid_absent,
	.fits = uuid_fits,
	.describe = uuid_describe,
};

static bool serial_absent(_unused_ const struct policy_setting *setting,
			  const struct policy_subject *subject)
{
	return subject->n_memdevs == 0;
}

/* A number is compared as one: zeros in front of it and case do not count. */
static bool serial_fits(_unused_ const struct policy_setting *setting,
			const struct policy_value *value,
			const struct policy_subject *subject)
{
	for (size_t i = 0; i < subject->n_memdevs; i++) {
		const char *colon = strchr(subject->memdevs[i], ':');
		uint64_t serial;

		if (!colon)
			continue;
		if (glob_fits_any_case(value->text, colon + 1))
			return true;
		if (value->low && parse_u64(colon + 1, &serial) == 0 &&
		    serial == value->low)
			return true;
	}
	return false;
}

static char *serial_describe(_unused_ const struct policy_setting *setting,
			     const struct policy_subject *subject)
{
	return join(subject->memdevs, subject->n_memdevs);
}

const struct policy_fact policy_fact_serial = {
	.absent = serial_absent,
	.fits = serial_fits,
	.describe = serial_describe,
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

static char *size_describe(const struct policy_setting *setting,
			   const struct policy_subject *subject)
{
	uint64_t size = *(const uint64_t *)field(setting, subject);
	char buf[SIZE_FORMAT_MAX];

	return strdup(size_format_exact(size, buf));
}

const struct policy_fact policy_fact_size = {
	.is_range = true,
	.absent = size_absent,
	.fits = size_fits,
	.describe = size_describe,
};

static char *count_describe(const struct policy_setting *setting,
			    const struct policy_subject *subject)
{
	return text_format("%" PRIu64,
			   *(const uint64_t *)field(setting, subject));
}

const struct policy_fact policy_fact_count = {
	.is_range = true,
	.absent = size_absent,
	.fits = size_fits,
	.describe = count_describe,
};

/* Figures that a firmware may not give. */
static bool figure_absent(const struct policy_setting *setting,
			  const struct policy_subject *subject)
{
	return *(const uint64_t *)field(setting, subject) == 0;
}

static char *bandwidth_describe(const struct policy_setting *setting,
				const struct policy_subject *subject)
{
	_cleanup_free_ char *size = size_describe(setting, subject);

	return size ? text_format("%s per second", size) : NULL;
}

const struct policy_fact policy_fact_bandwidth = {
	.is_range = true,
	.absent = figure_absent,
	.fits = size_fits,
	.describe = bandwidth_describe,
};

static char *latency_describe(const struct policy_setting *setting,
			      const struct policy_subject *subject)
{
	return text_format("%" PRIu64 "ns",
			   *(const uint64_t *)field(setting, subject));
}

const struct policy_fact policy_fact_latency = {
	.is_range = true,
	.absent = figure_absent,
	.fits = size_fits,
	.describe = latency_describe,
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
	return text_format("%d", node(setting, subject));
}

const struct policy_fact policy_fact_node = {
	.is_range = true,
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
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);

	if (!f)
		return NULL;
	for (size_t i = 0; i < subject->n_ranges; i++)
		fprintf(f, "%s%#" PRIx64 "-%#" PRIx64, i ? " " : "",
			subject->ranges[i].start, subject->ranges[i].end);
	return text_stream_take(&stream);
}

const struct policy_fact policy_fact_ranges = {
	.is_range = true,
	.absent = ranges_absent,
	.fits = ranges_fit,
	.describe = ranges_describe,
};
