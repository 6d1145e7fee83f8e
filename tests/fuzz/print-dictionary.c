// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints what a fuzzer's input is made of as a dictionary of libFuzzer: that of
 * facts files with the argument "facts", of grants with "grants", else that of
 * policy files. */
#include <stdio.h>
#include <string.h>

#include "facts/field.h"
#include "policy/settings.h"

/* Values of keys that take no choice, and syntax. */
static const char *const slices[] = {
	"\\x0a%\\x0a",
	"\\\\\\x0a",
	"X-",
	"\\x0a%e10.region\\x0a",
	"\\x0a%r10.region.d/1.conf\\x0a",
	"\\x0a%edaxbroker.conf\\x0a",
	"\\x0a%nu10.region\\x0a",
	"overwrite:ext4,swap",
	"refuse",
	"rest",
	"50%",
	">= 6.1",
	"vm",
	"0x5ca1ab1e",
	"300ns",
	"infinity",
	"3:1",
	"0x1000-0x1fff",
	">=16G",
	"<1T",
	"1-3",
	"dax0.0",
	"dax*",
	"/devices/",
	"pmem",
	"hmem",
	"cxl",
	"3f2504e0-*",
	"!",
	"\\xef\\xbb\\xbf",
	"# ",
	"\\x0d\\x0a",
};

/* Once, before its first setting. */
static void print_section(const struct policy_setting *s)
{
	for (const struct policy_setting *t = policy_settings; t < s; t++)
		if (strcmp(t->section, s->section) == 0)
			return;
	printf("\"[%s]\\x0a\"\n", s->section);
}

static void print_policy(void)
{
	for (const struct policy_setting *s = policy_settings; s->key; s++) {
		print_section(s);
		printf("\"%s=\"\n", s->key);
		for (size_t i = 0; s->words && s->words[i]; i++)
			printf("\"%s=%s\\x0a\"\n", s->key, s->words[i]);
	}
	for (size_t i = 0; i < sizeof(slices) / sizeof(slices[0]); i++)
		printf("\"%s\"\n", slices[i]);
}

static void print_grants(void)
{
	static const char *const words[] = {
		"[Grant]\\x0a",
		"[Remnant]\\x0a",
		"Id=00000000000000aa\\x0a",
		"Pool=hbm\\x0a",
		"State=active\\x0a",
		"State=making\\x0a",
		"Clear=no\\x0a",
		"Clear=zero\\x0a",
		"Ranges=0x100000000-0x107ffffff\\x0a",
		"Align=2097152\\x0a",
		"User=0\\x0a",
		"Process=",
		"Unit=",
		"Name=",
		"Incarnation=0123456789abcdef0123456789abcdef\\x0a",
		"Revocable=yes\\x0a",
		"Path=yes\\x0a",
		"Deadline=",
		"Since=",
		"Range=0x1000-0x1fff\\x0a",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		printf("\"%s\"\n", words[i]);
}

static void print_fields(const struct field *fields)
{
	for (const struct field *f = fields; f->key; f++)
		printf("\"\\\"%s\\\":\"\n", f->key);
}

static void print_facts(void)
{
	static const struct field *const tables[] = {
		host_fields,	    kernel_fields, memory_fields,
		performance_fields, node_fields,   region_fields,
		device_fields,	    users_fields,  holder_fields,
		block_run_fields,
	};
	static const char *const lists[] = {
		"daxbroker_facts", "host",	  "kernel",  "memory",
		"nodes",	   "regions",	  "devices", "blocks",
		"ranges",	   "holders",	  "users",   "distances",
		"memdevs",	   "performance",
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		print_fields(tables[i]);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		printf("\"\\\"%s\\\":\"\n", lists[i]);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "facts") == 0)
		print_facts();
	else if (argc == 2 && strcmp(argv[1], "grants") == 0)
		print_grants();
	else
		print_policy();
	return 0;
}
