// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/published.h"

#include <errno.h>
#include <string.h>

#include "basic/log.h"
#include "basic/names.h"
#include "cli/view.h"

enum exit_code published_drafts(const struct arguments *arguments,
				struct node_names *ret)
{
	_cleanup_view_ struct view view = { 0 };
	struct arguments all = *arguments;
	enum exit_code status;

	/* The operand is no device; and no remarks: scripts call this. */
	all.n_words = 0;
	all.quiet = true;
	status = view_take(&all, &view);
	if (status != EXIT_OK)
		return status;
	return node_names_collect(view.survey, ret) < 0 ? EXIT_ERROR : EXIT_OK;
}

enum exit_code published_names(const struct arguments *arguments, int root_fd,
			       struct node_names *ret)
{
	int r = node_names_read(root_fd, ret);

	if (r >= 0)
		return EXIT_OK;
	if (r != -ENOENT) {
		log_error(RUN_DIR "/" RUN_NODES " cannot be read: %s",
			  strerror(-r));
		return EXIT_ERROR;
	}
	return strcmp(arguments->root, "/") == 0
		       ? EXIT_UNREACHABLE
		       : published_drafts(arguments, ret);
}
