/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_LAYOUT_CHECK_H
#define POLICY_LAYOUT_CHECK_H

#include "policy/file.h"

/* What is wrong with the [Device] sections of @file on any machine becomes a
 * diagnostic; what they leave out is taken from [Region]. Returns 0 or
 * -ENOMEM. */
int policy_layout_check(struct policy_file *file);

#endif
