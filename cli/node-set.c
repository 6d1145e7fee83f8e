// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "basic/array.h"
#include "basic/log.h"
#include "basic/nearest.h"
#include "cli/node-set.h"
#include "cli/published.h"

void node_set_clear(struct node_set *set)
{
	free(set->nodes);
	*set = (struct node_set){ NULL };
}

int node_set_add(struct node_set *set, int node)
{
	size_t at = 0;
	int *nodes;

	while (at < set->n && set->nodes[at] < node)
		at++;
	if (at < set->n && set->nodes[at] == node)
		return 0;
	nodes = reallocarray(set->nodes, set->n + 1, sizeof(*nodes));
	if (!nodes)
		return -ENOMEM;
	memmove(nodes + at + 1, nodes + at, (set->n - at) * sizeof(*nodes));
	nodes[at] = node;
	set->nodes = nodes;
	set->n++;
	return 0;
}

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
				      const struct node_names *names,
				      const char *name)
{
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

static enum exit_code add_present(struct node_set *set, int root_fd,
				  const struct node_names *names,
				  const char *name)
{
	const struct node_name *item = NULL;
	enum exit_code status = EXIT_OK;

	while ((item = node_names_next(names, name, item))) {
		if (!node_names_is_present(root_fd, item)) {
			report_missing(item);
			status = EXIT_PENDING;
		} else if (node_set_add(set, item->node) < 0) {
			return EXIT_ERROR;
		}
	}
	return status;
}

enum exit_code node_set_add_name(struct node_set *set,
				 const struct arguments *arguments, int root_fd,
				 const char *name)
{
	_cleanup_node_names_ struct node_names names = { NULL };
	enum exit_code status = published_names(arguments, root_fd, &names);

	if (status == EXIT_UNREACHABLE)
		log_error("which names are in force is unknown: daxbrokerd "
			  "has not run since the machine was booted");
	if (status != EXIT_OK)
		return status;
	return node_names_next(&names, name, NULL)
		       ? add_present(set, root_fd, &names, name)
		       : explain_absence(arguments, &names, name);
}

bool node_set_name_is_there(const struct arguments *arguments, int root_fd,
			    const char *name)
{
	_cleanup_node_names_ struct node_names names = { NULL };
	const struct node_name *item = NULL;

	if (published_names(arguments, root_fd, &names) != EXIT_OK ||
	    !node_names_next(&names, name, NULL))
		return false;
	while ((item = node_names_next(&names, name, item)))
		if (!node_names_is_present(root_fd, item))
			return false;
	return true;
}
