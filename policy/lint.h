/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_LINT_H
#define POLICY_LINT_H

#include "policy/set.h"

/*
 * Looks at the files of @set together and adds warnings to its diagnostics:
 * of files that no device comes to because an earlier one fits it, and of a
 * name that two files give. Array pointers that policy_set_diagnostics()
 * returned before are invalid then. Returns 0 or -ENOMEM.
 */
int policy_lint(struct policy_set *set);

#endif
