/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_LOADER_H
#define POLICY_LOADER_H

#include <stdbool.h>

#include "policy/file.h"
#include "policy/search.h"
#include "policy/syntax/entries.h"

/* At most so many directories are searched. */
#define POLICY_DIRECTORIES 3

/* A file's name with this is the directory of its drop-ins. */
#define POLICY_DROPIN_DIR_SUFFIX ".d"

/* Reads files with their drop-ins. */
struct policy_loader {
	const struct policy_search *search;
	const char *const *directories; /* below the root; highest precedence
					 * first */
	size_t n_directories;
	bool faulty[POLICY_DIRECTORIES]; /* reported: it is not searched */
};

void policy_loader_init(struct policy_loader *loader,
			const struct policy_search *search);

/* How an admin names the file at @path, to be freed; NULL: out of memory. */
char *policy_loader_name(const struct policy_loader *loader, const char *path);

/* Adds what @directory has of names ending with @suffix, and the draft. As
 * entries_add(). */
int policy_loader_find(const struct policy_loader *loader,
		       const char *directory, const char *suffix,
		       struct entries *entries, char **ret_fault);

/*
 * Reads the file at @path, below the root, as one of the sources of @file.
 * Returns 1 when it was read, or reported in @source; 0 when there is nothing
 * to read (a mask); or a negative errno.
 */
int policy_loader_read(const struct policy_loader *loader, const char *path,
		       struct policy_file *file, struct policy_source *source);

/* Reads the drop-ins for the file called @name. Returns 0 or a negative errno.
 */
int policy_loader_read_dropins(const struct policy_loader *loader,
			       const char *name, struct policy_file *file);

/* Reads the first daxbroker.conf of the directories. A directory
 * that cannot be read may have one, so its limits are unknown. Returns 0 or a
 * negative errno.
 */
int policy_loader_read_conf(const struct policy_loader *loader,
			    struct policy_file *conf);

#endif
