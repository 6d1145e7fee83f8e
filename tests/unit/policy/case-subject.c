// SPDX-License-Identifier: GPL-2.0-or-later
#include "case-subject.h"

#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"

static const struct {
	const char *name;
	enum policy_unknown flag;
} unknown_names[] = {
	{ "provider", POLICY_UNKNOWN_PROVIDER },
	{ "uuid", POLICY_UNKNOWN_UUID },
	{ "size", POLICY_UNKNOWN_SIZE },
	{ "target_node", POLICY_UNKNOWN_TARGET_NODE },
	{ "ranges", POLICY_UNKNOWN_RANGES },
};

static int set_unknown(struct policy_subject *subject, const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(unknown_names); i++) {
		if (strcmp(unknown_names[i].name, value) == 0) {
			subject->unknown |= unknown_names[i].flag;
			return 0;
		}
	}
	return -1;
}

static int add_range(struct case_subject *ret, const char *value)
{
	if (!*value)
		return 0;
	if (ret->subject.n_ranges == CASE_RANGES_MAX)
		return -1;
	return parse_phys_range(value, &ret->ranges[ret->subject.n_ranges++]);
}

static int set_fact(struct case_subject *ret, const char *key,
		    const char *value)
{
	struct policy_subject *subject = &ret->subject;
	const char *text = *value ? value : NULL;

	if (strcmp(key, "device") == 0)
		subject->device = text;
	else if (strcmp(key, "path") == 0)
		subject->path = text;
	else if (strcmp(key, "provider") == 0)
		subject->provider = text;
	else if (strcmp(key, "uuid") == 0)
		subject->uuid = text;
	else if (strcmp(key, "size") == 0)
		return parse_size(value, &subject->size);
	else if (strcmp(key, "target_node") == 0)
		return text ? parse_int(value, &subject->target_node)
			    : (subject->target_node = -1, 0);
	else if (strcmp(key, "range") == 0)
		return add_range(ret, value);
	else if (strcmp(key, "unknown") == 0)
		return set_unknown(subject, value);
	else
		return -1;
	return 0;
}

int case_subject_read(struct case_subject *ret, char *text)
{
	char *rest = text, *line;
	int number = 0;

	*ret = (struct case_subject){
		.subject = {
			.device = "dax0.0",
			.path = "/devices/platform/hmem.0/dax0.0",
			.provider = "hmem",
			.size = UINT64_C(1) << 30,
			.target_node = 1,
		},
		.text = text,
	};
	while ((line = strsep(&rest, "\n"))) {
		char *value = strchr(line, '=');

		number++;
		if (*line == '\0' || *line == '#')
			continue;
		if (!value)
			return number;
		*value++ = '\0';
		if (set_fact(ret, line, value) < 0)
			return number;
	}
	ret->subject.ranges = ret->ranges;
	return 0;
}

void case_subject_done(struct case_subject *subject)
{
	free(subject->text);
}
