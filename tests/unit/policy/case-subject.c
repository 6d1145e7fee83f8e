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
	{ "serial", POLICY_UNKNOWN_SERIAL },
	{ "align", POLICY_UNKNOWN_ALIGN },
	{ "performance", POLICY_UNKNOWN_PERFORMANCE },
	{ "host", POLICY_UNKNOWN_HOSTNAME },
	{ "machine_id", POLICY_UNKNOWN_MACHINE_ID },
	{ "virtualization", POLICY_UNKNOWN_VIRTUALIZATION },
	{ "kernel", POLICY_UNKNOWN_KERNEL },
	{ "command_line", POLICY_UNKNOWN_COMMAND_LINE },
	{ "architecture", POLICY_UNKNOWN_ARCHITECTURE },
	{ "memory", POLICY_UNKNOWN_MEMORY },
	{ "nodes", POLICY_UNKNOWN_NODES },
	{ "content", POLICY_UNKNOWN_CONTENT },
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

static int add_memdev(struct case_subject *ret, const char *value)
{
	if (ret->subject.n_memdevs == CASE_MEMDEVS_MAX)
		return -1;
	ret->memdevs[ret->subject.n_memdevs++] = value;
	return 0;
}

/* Where a fact of this name is, and how it is written; else NULL. */
static const char **find_text(struct policy_subject *subject, const char *key)
{
	const struct {
		const char *key;
		const char **field;
	} fields[] = {
		{ "device", &subject->device },
		{ "identity", &subject->identity },
		{ "path", &subject->path },
		{ "provider", &subject->provider },
		{ "uuid", &subject->uuid },
		{ "content", &subject->content },
		{ "content_why", &subject->content_why },
		{ "device_uuid", &subject->device_uuid },
		{ "host", &subject->host.name },
		{ "machine_id", &subject->host.machine_id },
		{ "virtualization", &subject->host.virtualization },
		{ "kernel", &subject->host.kernel },
		{ "command_line", &subject->host.command_line },
		{ "architecture", &subject->host.architecture },
	};

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (strcmp(fields[i].key, key) == 0)
			return fields[i].field;
	return NULL;
}

static uint64_t *find_size(struct policy_subject *subject, const char *key)
{
	const struct {
		const char *key;
		uint64_t *field;
	} fields[] = {
		{ "size", &subject->size },
		{ "align", &subject->align },
		{ "read_bandwidth", &subject->performance.read_bandwidth },
		{ "write_bandwidth", &subject->performance.write_bandwidth },
		{ "read_latency", &subject->performance.read_latency },
		{ "write_latency", &subject->performance.write_latency },
		{ "memory", &subject->host.memory },
		{ "nodes", &subject->host.nodes },
		{ "region_size", &subject->extent.size },
		{ "region_align", &subject->extent.align },
		{ "region_start", &subject->extent.start },
		{ "block_size", &subject->extent.block_size },
	};

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (strcmp(fields[i].key, key) == 0)
			return fields[i].field;
	return NULL;
}

static int set_fact(struct case_subject *ret, const char *key,
		    const char *value)
{
	struct policy_subject *subject = &ret->subject;
	const char **text = find_text(subject, key);
	uint64_t *size = find_size(subject, key);

	if (text)
		*text = *value ? value : NULL;
	else if (size)
		return parse_size(value, size);
	else if (strcmp(key, "target_node") == 0)
		return *value ? parse_int(value, &subject->target_node)
			      : (subject->target_node = -1, 0);
	else if (strcmp(key, "range") == 0)
		return add_range(ret, value);
	else if (strcmp(key, "memdev") == 0)
		return add_memdev(ret, value);
	else if (strcmp(key, "container") == 0)
		subject->host.container = *value == '1';
	else if (strcmp(key, "start_unknown") == 0)
		subject->extent.start_known = *value != '1';
	else if (strcmp(key, "dynamic") == 0)
		subject->extent.dynamic = *value == '1';
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
			.align = UINT64_C(2) << 20,
			.target_node = 1,
			.host = {
				.name = "server1",
				.machine_id =
					"0123456789abcdef0123456789abcdef",
				.virtualization = "none",
				.kernel = "6.12.95-amd64",
				.command_line = "ro quiet console=ttyS0,115200",
				.architecture = "x86-64",
			},
			.extent = {
				.dynamic = true,
				.size = UINT64_C(1) << 30,
				.align = UINT64_C(2) << 20,
				.start_known = true,
				.start = UINT64_C(4) << 30,
				.block_size = UINT64_C(128) << 20,
			},
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
	ret->subject.memdevs = ret->memdevs;
	return 0;
}

void case_subject_done(struct case_subject *subject)
{
	free(subject->text);
}
