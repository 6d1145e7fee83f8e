// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each file cases/NAME.case (case-file.h) is a case: policies below etc/, run/
 * and usr/, the device as "subject" (case-subject.h) unless it is the ordinary
 * one, and as "expected" what is to be said (dump-decision.h). POLICY_UPDATE=1
 * in the environment writes what is said as what is expected: for a new case,
 * whose author reads it then. Usage: test-cases FOLDER [NAME]
 */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "case-file.h"
#include "case-subject.h"
#include "dump-decision.h"
#include "policy/decision.h"
#include "policy/explanation.h"
#include "policy/lint.h"
#include "policy/match.h"
#include "policy/set-load.h"
#include "policy/set.h"
#include "tree.h"

/* The short answers are those that come with reasons, and a decision ends with
 * the first that does not differ. */
static void check_answers(const struct policy_set *set,
			  const struct policy_subject *subject,
			  const struct policy_decision *decision)
{
	for (size_t i = 0; i < set->n_files; i++) {
		const struct policy_reason *last = decision->last;
		struct policy_reason reason;

		if (policy_match_ask(set->files[i], subject, &reason) < 0 ||
		    policy_match_answer(set->files[i], subject) !=
			    reason.answer)
			abort();
		if (i + 1 < decision->n_asked)
			assert(reason.answer == POLICY_DIFFERS);
		if (i + 1 == decision->n_asked)
			assert(last->answer == reason.answer &&
			       strcmp(last->message, reason.message) == 0);
		policy_reason_done(&reason);
	}
}

/* What the policies of the case say of @subject; to be freed. */
static char *say(const struct case_file *file,
		 const struct policy_subject *subject)
{
	_cleanup_policy_decision_ struct policy_decision *decision = NULL;
	_cleanup_policy_set_ struct policy_set *set = NULL;
	_cleanup_(policy_explanation_done) struct policy_explanation asked = {
		NULL
	};
	struct tree tree;
	char *text = NULL;
	size_t size = 0;
	FILE *f;
	int r;

	tree_make(&tree);
	case_file_unpack(file, &tree);
	f = open_memstream(&text, &size);
	if (!f)
		abort();
	r = policy_set_load(tree.fd, getuid(), &set);
	if (r == 0)
		r = policy_decision_make(set, subject, &decision);
	if (r == 0)
		r = policy_explanation_make(set, subject, 0, decision->n_asked,
					    &asked);
	if (r == 0)
		r = policy_lint(set);
	if (r < 0) {
		fprintf(f, "failed: %s\n", strerror(-r));
	} else {
		check_answers(set, subject, decision);
		dump_decision(f, decision, &asked);
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

/* Where the first line that differs is, and all lines. */
static void print_difference(const char *path, const struct case_part *expected,
			     const char *said)
{
	unsigned int line = expected->line;

	for (size_t i = 0; said[i] && said[i] == expected->text[i]; i++)
		line += said[i] == '\n';
	printf("%s:%u: something else was said\n", path, line);
	printf(" expected:\n");
	print_marked('-', expected->text, said);
	printf(" said:\n");
	print_marked('+', said, expected->text);
}

static char *decide(const char *path, struct case_file *file)
{
	struct case_part *part = case_file_find(file, "subject");
	char *text = strdup(part ? part->text : ""), *said = NULL;
	struct case_subject subject;
	int line;

	if (!text)
		abort();
	line = case_subject_read(&subject, text);
	if (line == 0)
		said = say(file, &subject.subject);
	else
		printf("%s:%u: no such fact of a device\n", path,
		       part->line + (unsigned int)line - 1);
	case_subject_done(&subject);
	return said;
}

static bool check(const char *path, struct case_file *file)
{
	struct case_part *expected = case_file_find(file, "expected");
	_cleanup_free_ char *said = decide(path, file);

	if (!said)
		return false;
	if (getenv("POLICY_UPDATE"))
		return case_file_update(path, said);
	if (!expected)
		printf("%s: it has no part \"expected\"\n", path);
	else if (strcmp(said, expected->text) != 0)
		print_difference(path, expected, said);
	else
		return true;
	return false;
}

static bool run_case(const char *folder, const char *name)
{
	_cleanup_free_ char *path = NULL;
	struct case_file file;
	bool good;

	if (asprintf(&path, "%s/%s" CASE_SUFFIX, folder, name) < 0)
		abort();
	good = case_file_read(&file, path);
	if (good) {
		good = check(path, &file);
		case_file_done(&file);
	}
	printf("%s %s\n", good ? "ok" : "FAILED", name);
	return good;
}

static int is_case(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Whatever lies in the folder has to be a case: none is left out unseen. */
static const char *cut_suffix(char *name)
{
	size_t length = strlen(name), suffix = strlen(CASE_SUFFIX);

	if (length > suffix && strcmp(name + length - suffix, CASE_SUFFIX) == 0)
		name[length - suffix] = '\0';
	return name;
}

int main(int argc, char **argv)
{
	struct dirent **entries;
	int n, n_run = 0, n_failed = 0;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: test-cases FOLDER [NAME]\n");
		return 2;
	}
	n = scandir(argv[1], &entries, is_case, alphasort);
	if (n < 0) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	for (int i = 0; i < n; i++) {
		const char *name = cut_suffix(entries[i]->d_name);

		if (argc == 2 || strcmp(argv[2], name) == 0) {
			n_run++;
			n_failed += !run_case(argv[1], name);
		}
		free(entries[i]);
	}
	free(entries);
	printf("%d cases, %d failed\n", n_run, n_failed);
	return n_run == 0 || n_failed > 0;
}
