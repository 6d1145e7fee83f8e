/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SET_H
#define POLICY_SET_H

#include "policy/file.h"
#include "policy/policy.h"

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

/* Both take over what they are given, but not when they return -ENOMEM. */
int policy_set_add_file(struct policy_set *set, struct policy_file *file);
int policy_set_add_stray(struct policy_set *set, struct policy_source *stray);

/* To be called when all is added, and again when diagnostics were. Returns 0 or
 * -ENOMEM. */
int policy_set_finish(struct policy_set *set);

#endif
