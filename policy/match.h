/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_MATCH_H
#define POLICY_MATCH_H

#include "policy/file.h"
#include "policy/policy.h"

/* How @file answers to @subject. Returns 0 and *ret, whose strings are to be
 * freed with policy_match_reason_done(); or -ENOMEM. */
int policy_match_ask(const struct policy_file *file,
		     const struct policy_subject *subject,
		     struct policy_reason *ret);
void policy_match_reason_done(struct policy_reason *reason);

#endif
