// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "cli/node-set.h"
#include "cli/view.h"

/* As numactl takes them: "2,3". */
static void print_nodes(const struct node_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		printf("%s%d", i > 0 ? "," : "", set->nodes[i]);
	if (set->n > 0)
		putchar('\n');
}

enum exit_code verb_node(const struct arguments *arguments)
{
	_cleanup_node_set_ struct node_set set = { NULL };
	_cleanup_close_ int root_fd = view_open_root(arguments);
	enum exit_code status;

	if (root_fd < 0)
		return EXIT_ERROR;
	status = node_set_add_name(&set, arguments, root_fd,
				   arguments->words[0]);
	print_nodes(&set);
	return status;
}
