// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/node-name.h"

#include <stdio.h>

#include "basic/log.h"
#include "cli/view.h"

static enum exit_code report_absence(enum node_name_result result,
				     const char *name, int node)
{
	switch (result) {
	case NODE_NAME_ABSENT:
		log_error("\"%s\" would be node %d, but its device is not "
			  "system-ram now; see \"daxbroker plan\"",
			  name, node);
		break;
	case NODE_NAME_AMBIGUOUS:
		log_error("\"%s\" is claimed by devices of several nodes; see "
			  "\"daxbroker list -o +NODE-NAME,POLICY\"",
			  name);
		break;
	default:
		log_error("no policy gives a device's node the name \"%s\" "
			  "(NodeName=)",
			  name);
		break;
	}
	return EXIT_NOT_FOUND;
}

enum exit_code verb_node(const struct arguments *arguments)
{
	const char *name = arguments->words[0];
	_cleanup_view_ struct view view = { 0 };
	struct arguments all = *arguments;
	enum node_name_result result;
	enum exit_code status;
	int node = -1;

	/* The operand is no device; and no remarks: scripts call this. */
	all.n_words = 0;
	all.quiet = true;
	status = view_take(&all, &view);
	if (status != EXIT_OK)
		return status;
	result = node_name_lookup(view.survey, name, &node);
	if (result != NODE_NAME_FOUND)
		return report_absence(result, name, node);
	printf("%d\n", node);
	return EXIT_OK;
}
