/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_LOADER_H
#define POLICY_LOADER_H

#include <stdbool.h>

#include "policy/file.h"

/* Where files are searched, below the root; highest precedence first. */
#define POLICY_DIRECTORIES 3
extern const char *const policy_directories[POLICY_DIRECTORIES];

/* A file's name with this is the directory of its drop-ins. */
#define POLICY_DROPIN_DIR_SUFFIX ".d"

/* Reads files with their drop-ins. */
struct policy_loader {
	int root_fd;
	unsigned int trusted_uid;	 /* as of policy_set_load() */
	bool faulty[POLICY_DIRECTORIES]; /* reported: it is not searched */
};

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
