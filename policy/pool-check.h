/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_POOL_CHECK_H
#define POLICY_POOL_CHECK_H

#include "policy/file.h"
#include "policy/set.h"

/* Whether Mode=pool and [Pool] of a file make sense together: what does not is
 * reported. What is idle gets what it has of [Region]. Returns 0 or -ENOMEM. */
int policy_pool_check(struct policy_file *file);

/* Of files that share a pool the first one says what it is: others that say
 * something else are in error. Returns 0 or -ENOMEM. */
int policy_pool_check_set(struct policy_set *set);

#endif
