/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SET_H
#define POLICY_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "basic/cleanup.h"
#include "policy/diagnostic.h"
#include "policy/grant.h"
#include "policy/limit.h"
#include "policy/override.h"

struct policy_file;
struct policy_source;

/* All policy files of one root; policy/set-load.h reads them. */
struct policy_set {
	struct policy_file **files; /* in the order in which they are asked */
	size_t n_files;
	struct policy_file *conf; /* daxbroker.conf; never NULL once loaded */
	struct policy_source **strays; /* drop-ins of no file, misspelt names:
					  reported, not asked */
	size_t n_strays;
	struct policy_overrides overrides; /* which win over the files */
	struct policy_grants grants;	   /* what leases have */
	/* made of the above by policy_set_finish() */
	const char **names;
	struct policy_diagnostic *diagnostics;
	size_t n_diagnostics;
};

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

/* The same with drop-ins that no file has. */
int policy_set_add_stray(struct policy_set *set, struct policy_source *stray);

/* Collects the diagnostics again, once a file has got more of them. Returns 0
 * or -ENOMEM. */
int policy_set_finish(struct policy_set *set);

#endif
