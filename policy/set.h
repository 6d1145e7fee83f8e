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
	struct policy_source **strays; /* told about, but not asked */
	size_t n_strays;
	/* of policy_set_finish(), over what is above */
	const char **names;
	struct policy_diagnostic *diagnostics;
	size_t n_diagnostics;
};

/*
 * Loads the policies and daxbroker.conf of POLICY_DIR_ETC, _RUN and _USR below
 * @root_fd with their drop-ins. A directory that is missing is an empty one. A
 * faulty file is a diagnostic, not a failure.
 *
 * Only files decide that are regular, owned by uid 0 (or by @trusted_uid, for
 * tests and for reading a recorded tree; pass 0 for the running system) and
 * not writable for group or others; the same goes for their directories.
 *
 * Returns 0 and *ret, to be freed with policy_set_free(); or -ENOMEM, or an
 * error of openat(2) or readdir(3) other than ENOENT.
 */
int policy_set_load(int root_fd, unsigned int trusted_uid,
		    struct policy_set **ret);

/* From now on every file that says system-ram is taken to say devdax: before a
 * shutdown or kexec, that is. */
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
