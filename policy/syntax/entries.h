/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SYNTAX_ENTRIES_H
#define POLICY_SYNTAX_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>

/* Names found in directories of different precedence: of files of the same
 * name only the first that was added counts. */
struct policy_entry {
	char *name; /* "x.region" */
	char *path; /* below the root: "etc/daxbroker/x.region" */
};

struct policy_entries {
	struct policy_entry *items;
	size_t n_items;
};

void policy_entries_done(struct policy_entries *entries);

/*
 * Adds what @directory, a path below @root_fd, has of names ending with
 * @suffix and not starting with a dot. A missing directory has nothing.
 * Returns 0; -EINVAL and *ret_fault as of policy/trusted.h; or an error of our
 * own.
 */
int policy_entries_add(struct policy_entries *entries, int root_fd,
		       const char *directory, const char *suffix,
		       unsigned int trusted_uid, char **ret_fault);

void policy_entries_sort(struct policy_entries *entries);
bool policy_entries_have(const struct policy_entries *entries,
			 const char *name);

#endif
