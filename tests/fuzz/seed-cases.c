// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes of each case (tests/unit/policy/case-file.h) the fuzzers' first inputs,
 * in the formats that these describe: each file is one of "ini", each policy
 * with its drop-ins one of "policy", all together are one of "directory", and
 * the machine is one of "facts", what is leased one of "grants".
 *
 * usage: seed-cases CORPUS PREFIX CASE.case...
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/policy/case-file.h"

#define FOLDER "daxbroker/"

/* CORPUS/FUZZER/NAME, open for more. */
static FILE *open_input(const char *corpus, const char *fuzzer,
			const char *name)
{
	_cleanup_free_ char *path = NULL;
	FILE *f;

	must(asprintf(&path, "%s/%s/%s", corpus, fuzzer, name) > 0);
	f = fopen(path, "ae");
	if (!f)
		perror(path);
	must(f);
	return f;
}

static void add(const char *corpus, const char *fuzzer, const char *name,
		const struct case_part *part)
{
	_cleanup_fclose_ FILE *f = open_input(corpus, fuzzer, name);

	must(fwrite(part->text, 1, part->size, f) == part->size);
}

/* The name of a policy or a drop-in ("10.region.d/x.conf"), or NULL. */
static const char *policy_name(const struct case_part *part)
{
	const char *folder = strstr(part->name, FOLDER);

	return folder ? folder + strlen(FOLDER) : NULL;
}

static bool is_dropin_of(const struct case_part *part, const char *name)
{
	const char *other = policy_name(part);
	size_t length = strlen(name);

	return other && !part->target && strncmp(other, name, length) == 0 &&
	       strncmp(other + length, ".d/", 3) == 0;
}

static void add_to_directory(const char *corpus, const char *name,
			     const struct case_part *part)
{
	_cleanup_fclose_ FILE *f = open_input(corpus, "directory", name);

	must(fprintf(f, "%%%s%c%s\n", part->target ? "n" : "", *part->name,
		     policy_name(part)) > 0);
	must(fwrite(part->text, 1, part->size, f) == part->size);
}

static void add_with_dropins(const char *corpus, const char *name,
			     const struct case_part *part,
			     const struct case_file *file)
{
	_cleanup_fclose_ FILE *f = open_input(corpus, "policy", name);

	must(fwrite(part->text, 1, part->size, f) == part->size);
	for (size_t i = 0; i < file->n_parts; i++)
		if (is_dropin_of(&file->parts[i], policy_name(part)))
			must(fprintf(f, "\n%%\n%s", file->parts[i].text) > 0);
}

static void add_policy(const char *corpus, const char *name,
		       const struct case_part *part,
		       const struct case_file *file)
{
	_cleanup_free_ char *numbered = NULL;

	must(asprintf(&numbered, "%s-%td", name, part - file->parts) > 0);
	add(corpus, "ini", numbered, part);
	if (!strchr(policy_name(part), '/'))
		add_with_dropins(corpus, numbered, part, file);
}

static void add_case(const char *corpus, const char *name,
		     const struct case_file *file)
{
	for (size_t i = 0; i < file->n_parts; i++) {
		const struct case_part *part = &file->parts[i];

		if (strcmp(part->name, "facts.json") == 0)
			add(corpus, "facts", name, part);
		if (!policy_name(part))
			continue;
		if (strcmp(policy_name(part), "grants") == 0)
			add(corpus, "grants", name, part);
		add_to_directory(corpus, name, part);
		if (!part->target)
			add_policy(corpus, name, part, file);
	}
}

/* PREFIX-NAME of FOLDER/NAME.case, to be freed. */
static char *input_name(const char *prefix, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name;

	path = slash ? slash + 1 : path;
	must(asprintf(&name, "%s-%.*s", prefix,
		      (int)(strlen(path) - strlen(CASE_SUFFIX)), path) > 0);
	return name;
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fprintf(stderr, "usage: seed-cases CORPUS PREFIX CASE...\n");
		return 2;
	}
	for (int i = 3; i < argc; i++) {
		_cleanup_free_ char *name = input_name(argv[2], argv[i]);
		struct case_file file;

		if (!case_file_read(&file, argv[i]))
			return 1;
		add_case(argv[1], name, &file);
		case_file_done(&file);
	}
	return 0;
}
