/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_KERNEL_VERSION_H
#define POLICY_KERNEL_VERSION_H

#include "policy/fact.h"
#include "policy/setting-row.h"

/* KernelVersion=: a line is a list of expressions that must all hold, as of
 * ConditionKernelVersion= in systemd.unit(5). */
extern const struct policy_fact policy_fact_kernel_version;

int kernel_version_parse(const struct policy_setting *setting,
			 const char *value, void *target, char **ret_message);

#endif
