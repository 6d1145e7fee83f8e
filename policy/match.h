/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_MATCH_H
#define POLICY_MATCH_H

#include "policy/file.h"
#include "policy/reason.h"

/* How @file answers to @subject: few of those who ask want to know why, and the
 * words cost more than the answer. */
enum policy_answer policy_match_answer(const struct policy_file *file,
				       const struct policy_subject *subject);

/* The same with its reason. Returns 0 and *ret, whose strings are to be freed
 * with policy_reason_done(); or -ENOMEM. */
int policy_match_ask(const struct policy_file *file,
		     const struct policy_subject *subject,
		     struct policy_reason *ret);

#endif
