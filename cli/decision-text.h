/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_DECISION_TEXT_H
#define CLI_DECISION_TEXT_H

#include <stddef.h>

#include "plan/plan.h"

/* What was decided for a device, and why, as text. */

/* "fits", "differs", "undecided", "in-error" */
const char *decision_text_answer(enum policy_answer answer);

/* @later: what files say that stand behind the one that decided. */
void decision_text_print(const struct plan_item *item,
			 const struct policy_reason *later, size_t n_later);

#endif
