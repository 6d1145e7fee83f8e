/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SOURCE_H
#define POLICY_SOURCE_H

#include <stddef.h>

#include "basic/cleanup.h"
#include "policy/diagnostic.h"

/* One file that was read, a policy file or a drop-in, and what was found wrong
 * with it. */
struct policy_source {
	char *name;			       /* "/etc/daxbroker/x.region" */
	struct policy_diagnostic *diagnostics; /* in line order */
	size_t n_diagnostics;
	size_t n_warnings;
	size_t n_errors; /* also of those past the limit, see below */
};

/* A file with more than this many warnings, or errors, has no more of them
 * kept. */
#define POLICY_DIAGNOSTICS_MAX 50

/* Takes a copy of @name. Returns NULL when out of memory. */
struct policy_source *policy_source_new(const char *name);
void policy_source_free(struct policy_source *source);
DEFINE_CLEANUP(struct policy_source *, policy_source_free)
#define _cleanup_policy_source_ _cleanup_(cleanup_policy_source_free)

/* Adds a diagnostic. Returns 0 or -ENOMEM. */
int policy_source_report(struct policy_source *source,
			 enum policy_severity severity,
			 struct policy_position position, const char *format,
			 ...) _printf_(4, 5);

/* The first error in line order, or NULL. */
const struct policy_diagnostic *
policy_source_error(const struct policy_source *source);

#endif
