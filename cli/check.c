// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/log.h"
#include "cli/view.h"

static const char *severity_name(enum policy_severity severity)
{
	return severity == POLICY_ERROR ? "error" : "warning";
}

static json_object *diagnostic_json(const struct policy_diagnostic *d)
{
	json_object *object = json_object_new_object();

	view_add_string(object, "severity", severity_name(d->severity));
	view_add_string(object, "file", d->file);
	view_add_number(object, "line", d->line ? (int64_t)d->line : -1);
	view_add_number(object, "column", d->column ? (int64_t)d->column : -1);
	view_add_string(object, "message", d->message);
	return object;
}

static void print_json(const struct policy_set *set)
{
	json_object *top = json_object_new_object();
	json_object *array = json_object_new_array();
	const struct policy_diagnostic *list;
	size_t n;

	list = policy_diagnostics(set, &n);
	for (size_t i = 0; i < n; i++)
		json_object_array_add(array, diagnostic_json(&list[i]));
	json_object_object_add(top, "diagnostics", array);
	view_print_json(top);
}

static void print_text(const struct policy_set *set)
{
	const struct policy_diagnostic *list;
	size_t n, n_files;

	list = policy_diagnostics(set, &n);
	for (size_t i = 0; i < n; i++) {
		const struct policy_diagnostic *d = &list[i];

		printf("%s:", d->file);
		if (d->line)
			printf("%u:", d->line);
		if (d->column)
			printf("%u:", d->column);
		printf(" %s: %s\n", severity_name(d->severity), d->message);
	}
	policy_files(set, &n_files);
	if (n == 0)
		printf("%zu policy files, no mistake found\n", n_files);
}

enum exit_code verb_check(const struct arguments *arguments)
{
	_cleanup_policy_set_ struct policy_set *set = NULL;
	_cleanup_close_ int root_fd = -1;
	struct stat st;
	size_t n;
	int r;

	root_fd = open(arguments->root, O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0 || fstat(root_fd, &st) < 0) {
		log_error("%s: %s", arguments->root, strerror(errno));
		return EXIT_ERROR;
	}
	r = policy_load(root_fd,
			strcmp(arguments->root, "/") == 0 ? 0 : st.st_uid,
			&set);
	if (r < 0) {
		log_error("the policy files cannot be read: %s", strerror(-r));
		return EXIT_ERROR;
	}
	if (arguments->json)
		print_json(set);
	else
		print_text(set);
	policy_diagnostics(set, &n);
	return policy_has_errors(set) || (arguments->strict && n > 0)
		       ? EXIT_POLICY
		       : EXIT_OK;
}
