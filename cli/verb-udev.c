// SPDX-License-Identifier: GPL-2.0-or-later
/* What udev-rules/ imports: KEY=value lines for one device. */
#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "basic/names.h"
#include "basic/parse.h"
#include "cli/view.h"
#include "facts/root.h"
#include "survey/node-name.h"
#include "survey/udev-property.h"

static enum exit_code print_node(const struct survey *survey,
				 const char *sysname)
{
	const struct facts_node *node;
	const char *name;
	int id;

	if (strncmp(sysname, "node", 4) != 0 ||
	    parse_int(sysname + 4, &id) < 0) {
		log_error("%s is no NUMA node", sysname);
		return EXIT_USAGE;
	}
	node = facts_find_node(survey->snapshot, id);
	/* A unit that needs the node's memory must not start before it. */
	printf("SYSTEMD_READY=%d\n", node && node->size > 0);
	name = node_name_of(survey, id);
	if (name)
		printf("DAXBROKER_NODE_NAME=%s\n"
		       "SYSTEMD_ALIAS=/sys/subsystem/daxbroker/nodes/%s\n",
		       name, name);
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

static enum exit_code print_device(const struct survey *survey, int root_fd,
				   const char *sysname)
{
	const struct plan_item *item = survey_find(survey, sysname);
	_cleanup_free_ char *policy = NULL, *identity = NULL;

	if (!item)
		return EXIT_OK; /* gone already */
	policy = decided(survey, item, root_fd);
	identity = udev_property_identified(survey, item);
	printf("%s%s", policy ? policy : "", identity ? identity : "");
	return policy && identity ? EXIT_OK : EXIT_ERROR;
}

enum exit_code verb_udev(const struct arguments *arguments)
{
	const char *subsystem = arguments->words[0];
	const char *sysname = arguments->words[1];
	_cleanup_view_ struct view view = { 0 };
	struct arguments all = *arguments;
	_cleanup_close_ int root_fd = view_open_root(arguments);
	enum exit_code status;

	if (root_fd < 0)
		return EXIT_ERROR;
	all.n_words = 0;
	all.quiet = true;
	status = view_take(&all, &view);
	if (status != EXIT_OK)
		return status;
	if (strcmp(subsystem, "node") == 0)
		return print_node(view.survey, sysname);
	if (strcmp(subsystem, "dax") == 0)
		return print_device(view.survey, root_fd, sysname);
	log_error("no subsystem %s; those there are: node, dax", subsystem);
	return EXIT_USAGE;
}
