/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_DECISION_TEXT_H
#define CLI_DECISION_TEXT_H

#include "plan/plan.h"
#include "policy/explanation.h"
#include "policy/grant.h"

/* What was decided for a device, and why, as text. */

/* "fits", "differs", "undecided", "in-error" */
const char *decision_text_answer(enum policy_answer answer);

/* @asked: what the files say up to the one that decided; @later: what those
 * behind it say. */
void decision_text_print(const struct plan_item *item,
			 const struct policy_grants *grants,
			 const struct policy_explanation *asked,
			 const struct policy_explanation *later);

#endif
