// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long policies take: many files against many devices in one process, how
 * that grows, and the whole decision for one typical machine.
 * usage: bench-policy FACTS-FILE
 *        bench-policy FILES DEVICES
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "facts/document-read.h"
#include "policy/decision.h"
#include "policy/lint.h"
#include "policy/set-load.h"
#include "policy/set.h"
#include "survey/survey.h"
#include "tests/unit/policy/tree.h"

#define ROUNDS 2000

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what, int r)
{
	fprintf(stderr, "bench-policy: %s: %s\n", what, strerror(-r));
	exit(1);
}

/* Each file is for one size and one place, as a fleet's could be. */
static void make_files(const struct tree *tree, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char path[64], text[256];

		snprintf(path, sizeof(path), "etc/daxbroker/%05zu.region", i);
		snprintf(text, sizeof(text),
			 "[Match]\nProvider=hmem cxl\nHost=compute*\n"
			 "Size=>=1G\nPath=*/hmem.%zu/*\n"
			 "[Region]\nMode=system-ram\nZone=movable\n"
			 "NodeName=node%zu\n",
			 i, i);
		tree_text(tree, path, text);
	}
}

/* Asks for @n devices, each of which the file at that share of the way fits.
 * Returns the number that a file decided for. tests/bench/work/work counts what
 * happens in it. */
__attribute__((noinline)) static size_t decide_all(const struct policy_set *set,
						   size_t n_files, size_t n)
{
	size_t decided = 0;

	for (size_t i = 0; i < n; i++) {
		_cleanup_policy_decision_ struct policy_decision *d = NULL;
		char path[64];
		struct policy_subject subject = {
			.device = "dax0.0",
			.provider = "hmem",
			.path = path,
			.size = UINT64_C(16) << 30,
			.target_node = 1,
			.host.name = "compute17",
		};
		int r;

		snprintf(path, sizeof(path),
			 "/devices/platform/hmem.%zu/dax0.0", i * n_files / n);
		r = policy_decision_make(set, &subject, &d);
		if (r < 0)
			die("policy_decision_make", r);
		decided += d->file != NULL;
	}
	return decided;
}

static void run(size_t n_files, size_t n_devices)
{
	_cleanup_policy_set_ struct policy_set *set = NULL;
	double start, loaded, linted, end;
	struct tree tree;
	size_t decided;
	int r;

	tree_make(&tree);
	make_files(&tree, n_files);
	start = now();
	r = policy_set_load(tree.fd, getuid(), &set);
	if (r < 0)
		die("policy_set_load", r);
	loaded = now();
	r = policy_lint(set);
	if (r < 0)
		die("policy_lint", r);
	linted = now();
	decided = decide_all(set, n_files, n_devices);
	end = now();
	printf("%6zu %8zu %9.2f %9.2f %11.2f %12.2f %8zu\n", n_files, n_devices,
	       (loaded - start) * 1e3, (linted - loaded) * 1e3,
	       (end - linted) * 1e3, (end - linted) * 1e6 / (double)n_devices,
	       decided);
	tree_remove(&tree);
}

static struct facts_snapshot *read_facts(const char *text)
{
	struct facts_snapshot *snapshot;
	char *message = NULL;
	int r;

	r = facts_document_read(text, strlen(text), &snapshot, &message);
	if (r < 0)
		die(message ? message : "facts", r);
	return snapshot;
}

/* Five files, as an administrator may have them, over one machine. */
static void run_typical(const char *text)
{
	_cleanup_policy_set_ struct policy_set *set = NULL;
	double start, spent = 0;
	size_t n_devices = 0;
	struct tree tree;
	int r;

	tree_make(&tree);
	make_files(&tree, 4);
	tree_text(&tree, "usr/lib/daxbroker/99-default.region",
		  "[Match]\nDevice=*\n[Region]\nMode=keep\n");
	r = policy_set_load(tree.fd, getuid(), &set);
	if (r < 0)
		die("policy_set_load", r);
	for (int i = 0; i < ROUNDS; i++) {
		_cleanup_survey_ struct survey *survey = NULL;
		struct facts_snapshot *snapshot = read_facts(text);

		start = now();
		r = survey_make(snapshot, set, NULL, NULL, &survey);
		spent += now() - start;
		if (r < 0)
			die("survey_make", r);
		n_devices = survey->n_items;
	}
	printf("\na typical machine: %zu devices, 5 files: decided and planned "
	       "in %.1f us\n",
	       n_devices, spent * 1e6 / ROUNDS);
	tree_remove(&tree);
}

static void print_header(void)
{
	printf("%6s %8s %9s %9s %11s %12s %8s\n", "files", "devices", "load/ms",
	       "lint/ms", "decide/ms", "us/device", "decided");
}

int main(int argc, char **argv)
{
	static const struct {
		size_t files, devices;
	} runs[] = {
		{ 10, 10000 },	{ 100, 10000 },	 { 1000, 100 },
		{ 1000, 1000 }, { 1000, 10000 }, { 2000, 10000 },
		{ 4000, 1000 },
	};
	_cleanup_free_ char *text = argc == 2 ? slurp(argv[1]) : NULL;

	if (argc == 3) {
		print_header();
		run(strtoul(argv[1], NULL, 10), strtoul(argv[2], NULL, 10));
		return 0;
	}
	if (!text) {
		fprintf(stderr, "usage: bench-policy FACTS-FILE\n"
				"       bench-policy FILES DEVICES\n");
		return 2;
	}
	print_header();
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++)
		run(runs[i].files, runs[i].devices);
	run_typical(text);
	return 0;
}
