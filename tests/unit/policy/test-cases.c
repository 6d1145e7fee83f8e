// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each folder of cases/ is a case: etc/, run/ and usr/ below it hold policies,
 * "subject" the device (case-subject.h) and "expected" what is to be said
 * (dump-decision.h). Usage: test-cases FOLDER [CASE]
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "case-subject.h"
#include "dump-decision.h"
#include "policy/lint.h"
#include "policy/policy.h"
#include "tree.h"

static char *case_path(const char *folder, const char *name, const char *file)
{
	char *path;

	if (asprintf(&path, "%s/%s%s%s", folder, name, *file ? "/" : "", file) <
	    0)
		abort();
	return path;
}

/* What the policies of the case say of @subject; to be freed. */
static char *say(const char *folder, const struct policy_subject *subject)
{
	_cleanup_policy_decision_ struct policy_decision *decision = NULL;
	_cleanup_policy_set_ struct policy_set *set = NULL;
	struct tree tree;
	char *text = NULL;
	size_t size = 0;
	FILE *f;
	int r;

	tree_make(&tree);
	tree_copy(&tree, folder);
	f = open_memstream(&text, &size);
	if (!f)
		abort();
	r = policy_load(tree.fd, getuid(), &set);
	if (r == 0)
		r = policy_decide(set, subject, &decision);
	if (r == 0)
		r = policy_lint(set);
	if (r < 0) {
		fprintf(f, "failed: %s\n", strerror(-r));
	} else {
		dump_decision(f, decision);
		dump_diagnostics(f, set);
	}
	fclose(f);
	tree_remove(&tree);
	return text;
}

static void print_marked(char mark, const char *text, const char *other)
{
	const char *end;

	for (; *text; text = end + (*end == '\n')) {
		_cleanup_free_ char *line = NULL;

		end = strchrnul(text, '\n');
		line = strndup(text, (size_t)(end - text));
		if (!line)
			abort();
		printf("  %c %s\n", strstr(other, line) ? ' ' : mark, line);
	}
}

/* POLICY_UPDATE=1 in the environment writes what is said as what is expected:
 * for a new case, whose author reads it then. */
static void update(const char *path, const char *said)
{
	_cleanup_fclose_ FILE *f = fopen(path, "we");

	if (!f || fputs(said, f) < 0)
		abort();
}

static bool run_case(const char *folder, const char *name)
{
	_cleanup_free_ char *path = case_path(folder, name, "");
	_cleanup_free_ char *subject_path = case_path(folder, name, "subject");
	_cleanup_free_ char *expected_path =
		case_path(folder, name, "expected");
	_cleanup_free_ char *expected = slurp(expected_path);
	_cleanup_free_ char *said = NULL;
	char *text = slurp(subject_path);
	struct case_subject subject;
	bool same;
	int line;

	if (getenv("POLICY_UPDATE") && !expected)
		expected = strdup("");
	if (!expected || !text) {
		printf("FAILED %s: it has no subject or no expected\n", name);
		free(text);
		return false;
	}
	line = case_subject_read(&subject, text);
	if (line == 0)
		said = say(path, &subject.subject);
	case_subject_done(&subject);
	if (line) {
		printf("FAILED %s: line %d of its subject\n", name, line);
		return false;
	}
	if (getenv("POLICY_UPDATE"))
		update(expected_path, said);
	same = strcmp(said, expected) == 0;
	printf("%s %s\n", same ? "ok" : "FAILED", name);
	if (!same) {
		printf(" expected:\n");
		print_marked('-', expected, said);
		printf(" said:\n");
		print_marked('+', said, expected);
	}
	return same;
}

static int is_case(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	struct dirent **entries;
	int n, n_run = 0, n_failed = 0;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: test-cases FOLDER [CASE]\n");
		return 2;
	}
	n = scandir(argv[1], &entries, is_case, alphasort);
	if (n < 0) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	for (int i = 0; i < n; i++) {
		if (argc == 2 || strcmp(argv[2], entries[i]->d_name) == 0) {
			n_run++;
			n_failed += !run_case(argv[1], entries[i]->d_name);
		}
		free(entries[i]);
	}
	free(entries);
	printf("%d cases, %d failed\n", n_run, n_failed);
	return n_run == 0 || n_failed > 0;
}
