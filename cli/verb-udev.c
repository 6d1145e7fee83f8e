// SPDX-License-Identifier: GPL-2.0-or-later
/* What udev-rules/ imports: KEY=value lines for one device. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "basic/parse.h"
#include "cli/view.h"
#include "policy/settings.h"
#include "survey/name-claim.h"
#include "survey/node-name.h"

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

/* DAXBROKER_NODE_NAME= and the like. */
static void print_setting(const struct policy_setting *setting,
			  const char *value)
{
	printf("DAXBROKER_");
	for (const char *p = setting->name; *p; p++)
		putchar(toupper((unsigned char)*p));
	printf("=%s\n", value);
}

/* The mode, and all that has an effect in it and is not the default; a name
 * only if nothing else claims it. */
static void print_use(const struct survey *survey, const struct plan_item *item)
{
	struct policy_use use = item->decision->use;
	char buf[POLICY_VALUE_MAX];

	policy_settings_trim_use(&use);
	for (const struct policy_setting *s = NULL;
	     (s = policy_settings_next_use(POLICY_SECTION_REGION, s));)
		if ((strcmp(s->key, "Mode") == 0 ||
		     !policy_setting_is_default(s, &use)) &&
		    !name_claim_other(survey, survey->n_items, item, s))
			print_setting(s, policy_setting_show(s, &use, buf));
}

static enum exit_code print_device(const struct survey *survey,
				   const char *sysname)
{
	const struct plan_item *item = survey_find(survey, sysname);

	if (!item)
		return EXIT_OK; /* gone already */
	print_use(survey, item);
	if (item->decision->file)
		printf("DAXBROKER_POLICY=%s\n", item->decision->file);
	return EXIT_OK;
}

enum exit_code verb_udev(const struct arguments *arguments)
{
	const char *subsystem = arguments->words[0];
	const char *sysname = arguments->words[1];
	_cleanup_view_ struct view view = { 0 };
	struct arguments all = *arguments;
	enum exit_code status;

	all.n_words = 0;
	all.quiet = true;
	status = view_take(&all, &view);
	if (status != EXIT_OK)
		return status;
	if (strcmp(subsystem, "node") == 0)
		return print_node(view.survey, sysname);
	if (strcmp(subsystem, "dax") == 0)
		return print_device(view.survey, sysname);
	log_error("no subsystem %s; those there are: node, dax", subsystem);
	return EXIT_USAGE;
}
