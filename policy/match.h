/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_MATCH_H
#define POLICY_MATCH_H

#include "policy/file.h"
#include "policy/reason.h"

/* How @file answers to @subject. Returns 0 and *ret, whose strings are to be
 * freed with policy_reason_done(); or -ENOMEM. */
int policy_match_ask(const struct policy_file *file,
		     const struct policy_subject *subject,
		     struct policy_reason *ret);

#endif
