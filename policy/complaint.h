/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_COMPLAINT_H
#define POLICY_COMPLAINT_H

#include "basic/cleanup.h"
#include "policy/setting-row.h"

/* Sets *ret_message to "KEY=VALUE: ..." (the value cut where it is long).
 * Returns -EINVAL, so that a parser can return it; or -ENOMEM. */
int complaint_set(char **ret_message, const struct policy_setting *setting,
		  const char *value, const char *format, ...) _printf_(4, 5);

#endif
