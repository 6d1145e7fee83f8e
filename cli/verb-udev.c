// SPDX-License-Identifier: GPL-2.0-or-later
/* What udev-rules/ imports: KEY=value lines for one device. And the names that
 * daxbroker-kmem.service asks for. */
#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "basic/names.h"
#include "basic/parse.h"
#include "cli/published.h"
#include "cli/view.h"
#include "facts/numa-node.h"
#include "facts/root.h"
#include "survey/udev-property.h"

/* systemd knows an alias for one device only. So a name that stands for several
 * nodes is none; with its number it is that of one. */
static void print_alias(const char *before, const char *name)
{
	printf("%s/sys/subsystem/daxbroker/nodes/%s", before, name);
}

static bool is_first(const struct node_names *names,
		     const struct node_name *item)
{
	const struct node_name *n = NULL;

	do {
		n = node_names_next(names, item->name, n);
	} while (n->node != item->node);
	return n == item;
}

/* Memory of any device that gives the node its name. */
static bool is_present(int root_fd, const struct node_names *names,
		       const struct node_name *item)
{
	const struct node_name *n = NULL;

	while ((n = node_names_next(names, item->name, n)))
		if (n->node == item->node && node_names_is_present(root_fd, n))
			return true;
	return false;
}

static void print_aliases(const struct node_names *names,
			  const struct node_name *item, bool first)
{
	const char *head = first ? "SYSTEMD_ALIAS=" : " ";

	if (node_names_only_node(names, item->name) == item->node) {
		print_alias(head, item->name);
		head = " ";
	}
	print_alias(head, item->name);
	printf(":%d", item->node);
}

static void print_names(int root_fd, const struct node_names *names, int node)
{
	bool any = false;

	for (size_t i = 0; i < names->n; i++) {
		const struct node_name *item = &names->items[i];

		if (item->node != node || !is_first(names, item) ||
		    !is_present(root_fd, names, item))
			continue;
		print_aliases(names, item, !any);
		any = true;
	}
	if (any)
		putchar('\n');
}

static enum exit_code print_node(const struct arguments *arguments, int root_fd,
				 const char *sysname)
{
	_cleanup_node_names_ struct node_names names = { NULL };
	int node;

	if (strncmp(sysname, "node", 4) != 0 ||
	    parse_int(sysname + 4, &node) < 0) {
		log_error("%s is no NUMA node", sysname);
		return EXIT_USAGE;
	}
	/* A unit that needs the node's memory must not start before it. */
	printf("SYSTEMD_READY=%d\n", numa_node_has_memory(root_fd, node));
	/* No names before the daemon has published any. */
	if (published_names(arguments, root_fd, &names) == EXIT_OK)
		print_names(root_fd, &names, node);
	return EXIT_OK;
}

/* What is in force, where a daemon has said so; else what the files say, which
 * the next one reads. To be freed. */
static char *decided(const struct survey *survey, const struct plan_item *item,
		     int root_fd)
{
	_cleanup_fclose_ FILE *published = NULL;
	char *lines = NULL;

	if (root_open_stream(root_fd, RUN_DIR "/" RUN_DIR_DECIDED,
			     &published) == 0)
		lines = udev_property_published(published,
						item->device->identity);
	return lines ? lines : udev_property_decided(survey, item);
}

static enum exit_code print_device(const struct arguments *arguments,
				   int root_fd, const char *sysname)
{
	_cleanup_free_ char *policy = NULL, *identity = NULL;
	_cleanup_view_ struct view view = { 0 };
	struct arguments all = *arguments;
	const struct plan_item *item;
	enum exit_code status;

	all.n_words = 0;
	all.quiet = true;
	status = view_take(&all, &view);
	if (status != EXIT_OK)
		return status;
	item = survey_find(view.survey, sysname);
	if (!item)
		return EXIT_OK; /* gone already */
	policy = decided(view.survey, item, root_fd);
	identity = udev_property_identified(view.survey, item);
	printf("%s%s", policy ? policy : "", identity ? identity : "");
	return policy && identity ? EXIT_OK : EXIT_ERROR;
}

/* Nobody has decided about it, and nobody is about to: the daemon leaves it
 * alone. One that is to be laid out, or cannot be decided, is none of these. */
static bool is_undecided(const struct policy_decision *decision)
{
	return decision->use.mode == POLICY_MODE_KEEP && !decision->layout &&
	       !decision->pool && decision->grant == 0 && !decision->faulty;
}

/* The devices without a driver that are to have what the kernel gives them. */
static enum exit_code print_undecided(const struct arguments *arguments)
{
	_cleanup_view_ struct view view = { 0 };
	struct arguments all = *arguments;
	enum exit_code status;

	all.n_words = 0;
	all.quiet = true;
	status = view_take(&all, &view);
	for (size_t i = 0; i < view.n_items; i++)
		if (!view.items[i]->device->driver &&
		    is_undecided(view.items[i]->decision))
			puts(view.items[i]->device->name);
	return status;
}

enum exit_code verb_udev(const struct arguments *arguments)
{
	const char *subsystem = arguments->words[0];
	const char *sysname = arguments->words[1];
	_cleanup_close_ int root_fd = view_open_root(arguments);

	if (root_fd < 0)
		return EXIT_ERROR;
	if (strcmp(subsystem, "node") == 0)
		return print_node(arguments, root_fd, sysname);
	if (strcmp(subsystem, "dax") == 0)
		return print_device(arguments, root_fd, sysname);
	if (strcmp(subsystem, "undecided") == 0)
		return print_undecided(arguments);
	log_error("no subsystem %s; those there are: node, dax, undecided",
		  subsystem);
	return EXIT_USAGE;
}
