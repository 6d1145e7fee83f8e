// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "cli/view.h"
#include "facts/content-load.h"
#include "facts/document-write.h"
#include "facts/holders.h"
#include "facts/snapshot-read.h"

enum exit_code verb_facts(const struct arguments *arguments)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	_cleanup_close_ int root_fd = view_open_root(arguments);
	_cleanup_free_ char *text = NULL;
	int r;

	if (root_fd < 0)
		return EXIT_ERROR;
	r = facts_snapshot_read(root_fd, &snapshot);
	if (r == 0)
		content_load(root_fd, snapshot, NULL);
	if (r == 0)
		r = facts_holders_load(root_fd, snapshot);
	if (r == -ENOENT && snapshot)
		r = 0; /* a recorded tree has no processes */
	if (r == 0)
		r = facts_document_write(snapshot, arguments->machine_id,
					 &text);
	if (r < 0) {
		log_error("the machine cannot be read: %s", strerror(-r));
		return EXIT_ERROR;
	}
	view_warn_partial(snapshot);
	puts(text);
	return EXIT_OK;
}
