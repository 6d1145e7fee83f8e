// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "basic/array.h"
#include "basic/log.h"
#include "basic/nearest.h"
#include "cli/published.h"
#include "cli/view.h"

static void report_unknown(const struct node_names *names, const char *name)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (size_t i = 0; i < names->n; i++)
		nearest_try(&nearest, names->items[i].name);
	if (nearest.best)
		log_error("no node has the name \"%s\" (NodeName=); did you "
			  "mean \"%s\"?",
			  name, nearest.best);
	else
		log_error("no node has the name \"%s\" (NodeName=)", name);
}

/* No policy in force says it. Does a file that is not? */
static enum exit_code explain_absence(const struct arguments *arguments,
				      const struct node_names *names)
{
	const char *name = arguments->words[0];
	_cleanup_node_names_ struct node_names drafts = { NULL };

	if (published_drafts(arguments, &drafts) != EXIT_OK ||
	    !node_names_next(&drafts, name, NULL)) {
		report_unknown(names, name);
		return EXIT_NOT_FOUND;
	}
	log_error("a policy file gives the name \"%s\", but is not in force; "
		  "\"daxbroker apply\" has the daemon read the files",
		  name);
	return EXIT_POLICY;
}

static void report_missing(const struct node_name *item)
{
	log_error("\"%s\" is node %d, but the memory of %s is not there now; "
		  "see \"daxbroker status\"",
		  item->name, item->node, item->device);
}

static int compare_nodes(const void *a, const void *b)
{
	const int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

/* As numactl takes them: "2,3". */
static void print_nodes(int *nodes, size_t n)
{
	if (n == 0)
		return;
	qsort(nodes, n, sizeof(*nodes), compare_nodes);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || nodes[i] != nodes[i - 1])
			printf("%s%d", i > 0 ? "," : "", nodes[i]);
	putchar('\n');
}

static enum exit_code show(int root_fd, const struct node_names *names,
			   const char *name)
{
	const struct node_name *item = NULL;
	enum exit_code status = EXIT_OK;
	int *nodes = calloc(names->n + 1, sizeof(*nodes));
	size_t n = 0;

	if (!nodes)
		return EXIT_ERROR;
	while ((item = node_names_next(names, name, item))) {
		if (node_names_is_present(root_fd, item)) {
			nodes[n++] = item->node;
			continue;
		}
		report_missing(item);
		status = EXIT_PENDING;
	}
	print_nodes(nodes, n);
	free(nodes);
	return status;
}

enum exit_code verb_node(const struct arguments *arguments)
{
	_cleanup_node_names_ struct node_names names = { NULL };
	_cleanup_close_ int root_fd = view_open_root(arguments);
	const char *name = arguments->words[0];
	enum exit_code status;

	if (root_fd < 0)
		return EXIT_ERROR;
	status = published_names(arguments, root_fd, &names);
	if (status == EXIT_UNREACHABLE)
		log_error("which names are in force is unknown: daxbrokerd "
			  "has not run since the machine was booted");
	if (status != EXIT_OK)
		return status;
	return node_names_next(&names, name, NULL)
		       ? show(root_fd, &names, name)
		       : explain_absence(arguments, &names);
}
