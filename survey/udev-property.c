// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/udev-property.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/names.h"
#include "basic/text-stream.h"
#include "basic/text.h"
#include "policy/settings.h"
#include "survey/name-claim.h"

/* Longer names of links are not made: the limit of a file's name is 255. */
#define LINK_MAX 200

static bool is_printable(const char *value)
{
	for (; *value; value++)
		if (iscntrl((unsigned char)*value))
			return false;
	return true;
}

static void print(FILE *f, const char *name, const char *value)
{
	if (!is_printable(value))
		return;
	fputs(UDEV_PREFIX, f);
	for (; *name; name++)
		fputc(toupper((unsigned char)*name), f);
	fprintf(f, "=%s\n", value);
}

static bool is_for_udev(const struct survey *survey,
			const struct plan_item *item,
			const struct policy_setting *setting,
			const struct policy_use *use)
{
	return (strcmp(setting->key, "Mode") == 0 ||
		!policy_setting_is_default(setting, use)) &&
	       !name_claim_other(survey, survey->n_items, item, setting);
}

static void print_decided(FILE *f, const struct survey *survey,
			  const struct plan_item *item)
{
	struct policy_use use = item->decision->use;
	char buf[POLICY_VALUE_MAX];

	policy_settings_trim_use(&use);
	for (const struct policy_setting *s = NULL;
	     (s = policy_settings_next_use(POLICY_SECTION_REGION, s));)
		if (is_for_udev(survey, item, s, &use))
			print(f, s->name, policy_setting_show(s, &use, buf));
	if (item->decision->file)
		print(f, "policy", item->decision->file);
}

char *udev_property_decided(const struct survey *survey,
			    const struct plan_item *item)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);

	if (!f)
		return NULL;
	print_decided(f, survey, item);
	return text_stream_take(&stream);
}

static void print_link(FILE *f, const char *name, const char *link)
{
	if (link && strlen(link) <= LINK_MAX)
		print(f, name, link);
}

/* "pmem:UUID" is pmem-UUID; a path identifies nothing beyond this boot. */
static char *identity_link(const struct facts_device *device)
{
	char *link;

	if (*device->identity == '/')
		return NULL;
	link = strdup(device->identity);
	for (char *p = link; p && *p; p++)
		if (*p == ':')
			*p = '-';
	return link;
}

static char *range_link(const struct facts_device *device)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f;

	if (!device->ranges_known || device->n_ranges == 0)
		return NULL;
	f = text_stream_open(&stream);
	if (!f)
		return NULL;
	fputs("range", f);
	for (size_t i = 0; i < device->n_ranges; i++)
		fprintf(f, "%c%#" PRIx64 "-%#" PRIx64, i ? '+' : '-',
			device->ranges[i].start, device->ranges[i].end);
	return text_stream_take(&stream);
}

/* "mem0:0xSERIAL" */
static const char *serial(const struct facts_region *region)
{
	const char *colon =
		region->n_memdevs == 1 ? strchr(region->memdevs[0], ':') : NULL;

	return colon ? colon + 1 : NULL;
}

static bool has_serial(const struct facts_region *region, const char *serial)
{
	for (size_t i = 0; i < region->n_memdevs; i++)
		if (text_ends_with(region->memdevs[i], serial))
			return true;
	return false;
}

/* NULL: the serial number does not stand for this device alone. */
static char *serial_link(const struct facts_snapshot *snapshot,
			 const struct facts_device *device)
{
	const struct facts_region *region =
		facts_device_region(snapshot, device);
	const char *number = serial(region);
	size_t first;

	if (!number ||
	    facts_region_devices(snapshot, device->region, &first) != 1)
		return NULL;
	for (size_t i = 0; i < snapshot->n_regions; i++)
		if (&snapshot->regions[i] != region &&
		    has_serial(&snapshot->regions[i], number))
			return NULL;
	return text_format("serial-%s", number);
}

char *udev_property_identified(const struct survey *survey,
			       const struct plan_item *item)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	_cleanup_free_ char *identity = identity_link(item->device);
	_cleanup_free_ char *range = range_link(item->device);
	_cleanup_free_ char *number =
		serial_link(survey->snapshot, item->device);
	FILE *f = text_stream_open(&stream);

	if (!f)
		return NULL;
	print_link(f, "by_identity", identity);
	print_link(f, "by_range", range);
	print_link(f, "by_serial", number);
	return text_stream_take(&stream);
}

char *udev_property_publish(const struct survey *survey)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);

	if (!f)
		return NULL;
	for (size_t i = 0; i < survey->n_items; i++) {
		const struct plan_item *item = &survey->items[i];

		if (!is_printable(item->device->identity))
			continue;
		fprintf(f, "%s\n", item->device->identity);
		print_decided(f, survey, item);
		fputc('\n', f);
	}
	return text_stream_take(&stream);
}

/* Without its end; false: there is no more. */
static bool next_line(FILE *published, char **line, size_t *size)
{
	ssize_t n = getline(line, size, published);

	if (n <= 0)
		return false;
	(*line)[strcspn(*line, "\n")] = '\0';
	return true;
}

char *udev_property_published(FILE *published, const char *identity)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	bool found = false;
	FILE *f = text_stream_open(&stream);

	while (!found && next_line(published, &line, &size))
		found = strcmp(line, identity) == 0;
	if (!f || !found)
		return NULL;
	while (next_line(published, &line, &size) && *line)
		fprintf(f, "%s\n", line);
	return text_stream_take(&stream);
}
