/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SET_H
#define POLICY_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "basic/cleanup.h"
#include "policy/diagnostic.h"
#include "policy/limit.h"

struct policy_file;
struct policy_source;

/* All policy files of one root. Pure: the files are all that is read, nothing
 * is logged. */
struct policy_set {
	struct policy_file **files; /* in the order in which they are asked */
	size_t n_files;
	struct policy_file *conf; /* daxbroker.conf; never NULL once loaded */
	struct policy_source *
		*strays; /* drop-ins of no file: reported, not asked */
	size_t n_strays;
	/* made of the above by policy_set_finish() */
	const char **names;
	struct policy_diagnostic *diagnostics;
	size_t n_diagnostics;
};

/*
 * Loads the policies and daxbroker.conf of POLICY_DIR_ETC, _RUN and _USR below
 * @root_fd, with their drop-ins. A directory that is missing is an empty one. A
 * faulty file is a diagnostic, not a failure.
 *
 * A file decides only if it is regular, owned by uid 0 or @trusted_uid, and not
 * writable for group or others; so must its directory be. @trusted_uid is for
 * tests and recorded trees; it is 0 for the running system.
 *
 * Returns 0 and *ret, to be freed with policy_set_free(); or -ENOMEM, or an
 * error of openat(2) or readdir(3) other than ENOENT.
 */
int policy_set_load(int root_fd, unsigned int trusted_uid,
		    struct policy_set **ret);

/* Has every file say devdax that says system-ram: for a shutdown or kexec. */
void policy_set_unplug(struct policy_set *set);

void policy_set_free(struct policy_set *set);
DEFINE_CLEANUP(struct policy_set *, policy_set_free)
#define _cleanup_policy_set_ _cleanup_(cleanup_policy_set_free)

/* What loading found, in file and line order; owned by @set. */
const struct policy_diagnostic *
policy_set_diagnostics(const struct policy_set *set, size_t *ret_n);

/* [Limits] of daxbroker.conf; owned by @set. */
const struct policy_limits *policy_set_limits(const struct policy_set *set);

/* True when a file of @set, or daxbroker.conf, is in error. */
bool policy_set_has_errors(const struct policy_set *set);

/* The files of @set in the order in which they are asked; owned by @set. Files
 * that another one shadows or masks are not among them. */
const char *const *policy_set_files(const struct policy_set *set,
				    size_t *ret_n);

/* Adds a file behind the others and takes it over, but not when it returns
 * -ENOMEM. */
int policy_set_add_file(struct policy_set *set, struct policy_file *file);

/* Collects the diagnostics again, once a file has got more of them. Returns 0
 * or -ENOMEM. */
int policy_set_finish(struct policy_set *set);

#endif
