// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints the facts file of a root. Usage: print-facts ROOT */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "facts/document-write.h"
#include "facts/snapshot-read.h"

int main(int argc, char **argv)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	_cleanup_close_ int root_fd = -1;
	_cleanup_free_ char *text = NULL;
	int r;

	root_fd = open(argc == 2 ? argv[1] : "",
		       O_DIRECTORY | O_CLOEXEC | O_PATH);
	if (root_fd < 0) {
		perror("root");
		return 1;
	}
	r = facts_snapshot_read(root_fd, &snapshot);
	if (r == 0)
		r = facts_document_write(snapshot, false, &text);
	if (r < 0) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-r));
		return 1;
	}
	printf("%s\n", text);
	return 0;
}
