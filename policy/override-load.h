/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_OVERRIDE_LOAD_H
#define POLICY_OVERRIDE_LOAD_H

#include "policy/override.h"

/* Where those of a scope are, below the root. */
extern const char *const override_load_paths[POLICY_OVERRIDE_SCOPES];

/*
 * Adds those of a scope. Returns 0; -EINVAL and in *ret_fault, to be freed,
 * what is wrong, as a clause behind the file's name: what it says is unknown
 * then; or another negative errno.
 */
int override_load(int root_fd, unsigned int trusted_uid,
		  enum policy_override_scope scope,
		  struct policy_overrides *overrides, char **ret_fault);

#endif
