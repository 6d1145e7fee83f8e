// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prints a manual page with the settings' own text in it: a line "@Match@" of
 * the page becomes the list of that section's settings.
 *
 * usage: fill-page PAGE.in
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "policy/settings.h"

/* Words in backquotes are bold; the end of a sentence is that of a line. */
static void print_text(const char *text)
{
	bool literal = false;

	for (; *text; text++) {
		if (*text == '`') {
			literal = !literal;
			fputs(literal ? "\\fB" : "\\fP", stdout);
		} else if (*text == '\\') {
			fputs("\\e", stdout);
		} else if (strncmp(text, "\n\n", 2) == 0) {
			fputs("\n.Pp", stdout);
		} else {
			putchar(*text);
		}
	}
	putchar('\n');
}

static void print_section(const char *section)
{
	printf(".Bl -tag -width 4n\n");
	for (const struct policy_setting *s = policy_settings; s->key; s++) {
		if (strcmp(s->section, section) != 0)
			continue;
		printf(".It Cm %s= Ns Ar %s\n", s->key, s->values);
		print_text(s->text);
	}
	printf(".El\n");
}

/* The section that the line stands for, or NULL. */
static const char *find_section(const char *line)
{
	for (const struct policy_setting *s = policy_settings; s->key; s++) {
		size_t length = strlen(s->section);

		if (line[0] == '@' &&
		    strncmp(line + 1, s->section, length) == 0 &&
		    strcmp(line + 1 + length, "@\n") == 0)
			return s->section;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	_cleanup_fclose_ FILE *page = argc == 2 ? fopen(argv[1], "re") : NULL;
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	if (!page) {
		fprintf(stderr, "usage: fill-page PAGE.in (%s)\n",
			strerror(errno));
		return 1;
	}
	while (getline(&line, &size, page) >= 0) {
		const char *section = find_section(line);

		if (section)
			print_section(section);
		else
			fputs(line, stdout);
	}
	return ferror(page) || fflush(stdout) != 0;
}
