// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints what policy files are made of as a dictionary of libFuzzer. */
#include <stdio.h>
#include <string.h>

#include "policy/settings.h"

/* Values of keys that take no choice, and syntax. */
static const char *const pieces[] = {
	"\\x0a%\\x0a",
	"\\\\\\x0a",
	"X-",
	"[Device]",
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

static void print_section(const struct policy_setting *s)
{
	if (s == policy_settings || strcmp(s[-1].section, s->section) != 0)
		printf("\"[%s]\\x0a\"\n", s->section);
}

int main(void)
{
	for (const struct policy_setting *s = policy_settings; s->key; s++) {
		print_section(s);
		printf("\"%s=\"\n", s->key);
		for (size_t i = 0; s->words && s->words[i]; i++)
			printf("\"%s=%s\\x0a\"\n", s->key, s->words[i]);
	}
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		printf("\"%s\"\n", pieces[i]);
	return 0;
}
