/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SYNTAX_ENTRIES_H
#define POLICY_SYNTAX_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>

#include "basic/cleanup.h"

/* Names found in directories of different precedence: of files of the same
 * name only the first that was added counts. */
struct entry {
	char *name; /* "x.region" */
	char *path; /* below the root: "etc/daxbroker/x.region" */
};

struct entries {
	struct entry *items;
	size_t n_items;
};

void entries_done(struct entries *entries);
#define _cleanup_entries_ _cleanup_(entries_done)

/*
 * Adds what @directory, a path below @root_fd, has of names ending with
 * @suffix and not starting with a dot. A missing directory has nothing.
 * Returns 0; -EINVAL and *ret_fault as of policy/syntax/trusted.h; or another
 * negative errno.
 */
int entries_add(struct entries *entries, int root_fd, const char *directory,
		const char *suffix, unsigned int trusted_uid, char **ret_fault);

/* Adds a name of @directory that need not be there. Returns 0 or -ENOMEM. */
int entries_add_name(struct entries *entries, const char *directory,
		     const char *name);

void entries_sort(struct entries *entries);
bool entries_have(const struct entries *entries, const char *name);

#endif
