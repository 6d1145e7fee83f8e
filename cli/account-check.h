/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_ACCOUNT_CHECK_H
#define CLI_ACCOUNT_CHECK_H

#include "policy/set.h"

/*
 * Warns in @set of each Owner= and Group= that the machine below @root_fd does
 * not have, and of each of AllowUsers= and AllowGroups=. No more than that: a
 * package may make the user later, and until then the device is root's, and
 * nobody is let in by that name. Returns 0 or -ENOMEM.
 */
int account_check(const struct policy_set *set, int root_fd);

#endif
