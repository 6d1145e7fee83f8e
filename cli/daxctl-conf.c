// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/daxctl-conf.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "basic/array.h"
#include "basic/names.h"
#include "basic/text.h"
#include "basic/uuid.h"
#include "policy/syntax/ini.h"

#define HEADER "reconfigure-device"
#define NAME_LENGTH 128 /* of what is taken of a section's */

void daxctl_conf_done(struct daxctl_conf *conf)
{
	for (size_t i = 0; i < conf->n_sections; i++) {
		free(conf->sections[i].file);
		free(conf->sections[i].header);
		free(conf->sections[i].uuid);
		free(conf->sections[i].fault);
	}
	free(conf->sections);
}

/* The first counts. */
static int set_fault(struct daxctl_section *section, char *fault)
{
	if (!fault)
		return -ENOMEM;
	if (section->fault)
		free(fault);
	else
		section->fault = fault;
	return 0;
}

static int begin_section(struct daxctl_conf *conf, const char *file,
			 const struct ini_item *item)
{
	struct daxctl_section *section;

	if (ARRAY_GROW(conf->sections, conf->n_sections) < 0)
		return -ENOMEM;
	section = &conf->sections[conf->n_sections++];
	*section = (struct daxctl_section){
		.file = strdup(file),
		.line = item->line,
		.header = strdup(item->name),
	};
	if (!section->file || !section->header)
		return -ENOMEM;
	if (strncasecmp(item->name, HEADER, strlen(HEADER)) != 0)
		return set_fault(section, strdup("it is no [" HEADER "]"));
	return 0;
}

/* Without a comment behind it, and without quotes around it. */
static char *take_value(const char *value)
{
	char quote = *value == '"' || *value == '\'' ? *value : '\0';
	const char *begin = value + (quote != '\0');
	const char stops[] = { quote ? quote : '#', quote ? '\0' : ';', '\0' };
	size_t length = strcspn(begin, stops);

	while (!quote && length > 0 &&
	       isblank((unsigned char)begin[length - 1]))
		length--;
	return strndup(begin, length);
}

static int take_uuid(struct daxctl_section *section, const char *value)
{
	sd_id128_t id;
	char uuid[UUID_TEXT_MAX];

	if (uuid_parse(value, &id) < 0)
		return set_fault(section,
				 text_format("\"%s\" is no UUID", value));
	free(section->uuid);
	section->uuid = strdup(uuid_format(id, uuid));
	return section->uuid ? 0 : -ENOMEM;
}

static int take_mode(struct daxctl_section *section, const char *value)
{
	section->devdax = strcmp(value, "devdax") == 0;
	if (section->devdax || strcmp(value, "system-ram") == 0)
		return 0;
	return set_fault(section,
			 text_format("there is no mode \"%s\"", value));
}

static int take_online(struct daxctl_section *section, const char *value)
{
	if (strcasecmp(value, "true") == 0)
		return 0;
	return set_fault(section,
			 strdup("it leaves the memory offline, which no policy "
				"says"));
}

static int take_movable(struct daxctl_section *section, const char *value)
{
	section->kernel_zone = strcasecmp(value, "true") != 0;
	return 0;
}

static const struct {
	const char *key;
	int (*take)(struct daxctl_section *section, const char *value);
} settings[] = {
	{ "nvdimm.uuid", take_uuid },
	{ "mode", take_mode },
	{ "online", take_online },
	{ "movable", take_movable },
};

static int take_setting(struct daxctl_section *section,
			const struct ini_item *item)
{
	_cleanup_free_ char *value = take_value(item->value);

	if (!value)
		return -ENOMEM;
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		if (strcasecmp(settings[i].key, item->name) == 0)
			return settings[i].take(section, value);
	return set_fault(section,
			 text_format("\"%s\" is nothing that a policy says",
				     item->name));
}

static int add_items(struct daxctl_conf *conf, const char *file,
		     struct ini_reader *reader)
{
	const size_t before = conf->n_sections;
	struct ini_item item;
	int r = 0;

	while (r == 0 && ini_next(reader, &item) > 0) {
		if (item.kind == INI_SECTION)
			r = begin_section(conf, file, &item);
		else if (conf->n_sections > before &&
			 item.kind == INI_ASSIGNMENT)
			r = take_setting(&conf->sections[conf->n_sections - 1],
					 &item);
	}
	return r;
}

int daxctl_conf_add(struct daxctl_conf *conf, const char *file,
		    const char *text, size_t size)
{
	struct ini_reader reader;
	const char *what;
	int r;

	if (text_fault(text, size, &what))
		size = 0; /* then daxctl reads nothing of it, either */
	r = ini_reader_init(&reader, text, size);
	if (r < 0)
		return r;
	r = add_items(conf, file, &reader);
	ini_reader_done(&reader);
	return r;
}

static const struct daxctl_section *find_same(const struct daxctl_conf *conf,
					      size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (conf->sections[i].uuid && !conf->sections[i].fault &&
		    strcmp(conf->sections[i].uuid,
			   conf->sections[index].uuid) == 0)
			return &conf->sections[i];
	return NULL;
}

int daxctl_conf_finish(struct daxctl_conf *conf)
{
	int r = 0;

	for (size_t i = 0; i < conf->n_sections && r == 0; i++) {
		struct daxctl_section *section = &conf->sections[i];
		const struct daxctl_section *same;

		if (section->fault)
			continue;
		if (!section->uuid) {
			r = set_fault(section, strdup("it has no nvdimm.uuid"));
			continue;
		}
		same = find_same(conf, i);
		if (same)
			r = set_fault(
				section,
				text_format("%s:%u is about the same UUID",
					    same->file, same->line));
	}
	return r;
}

char *daxctl_conf_policy(const struct daxctl_section *section)
{
	return text_format("# From %s:%u: [%s]\n"
			   "[Match]\nUUID=%s\n\n[Region]\nMode=%s\n%s%s",
			   section->file, section->line, section->header,
			   section->uuid,
			   section->devdax ? "devdax" : "system-ram",
			   section->devdax	  ? ""
			   : section->kernel_zone ? "Zone=kernel\n"
						  : "Zone=movable\n",
			   /* daxctl does not ask. */
			   section->devdax ? "" : "Persistent=overwrite\n");
}

char *daxctl_conf_name(const struct daxctl_section *section)
{
	const char *name = section->header + strlen(HEADER);
	int length;
	char *file;

	name += strspn(name, " \t\"");
	length = (int)strcspn(name, "\"");
	file = length ? text_format("20-%.*s" POLICY_SUFFIX,
				    length < NAME_LENGTH ? length : NAME_LENGTH,
				    name)
		      : text_format("20-%s" POLICY_SUFFIX, section->uuid);
	for (char *c = file; c && *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-_.", *c))
			*c = '-';
	return file;
}
