/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_GRANT_LOAD_H
#define POLICY_GRANT_LOAD_H

#include "policy/grant.h"

/* Where they are, below the root. */
extern const char *const grant_load_path;

/*
 * Adds those of the file. Returns 0; -EINVAL and in *ret_fault, to be freed,
 * what is wrong, as a clause behind the file's name: what leases have is
 * unknown then; or another negative errno.
 */
int grant_load(int root_fd, unsigned int trusted_uid,
	       struct policy_grants *grants, char **ret_fault);

#endif
