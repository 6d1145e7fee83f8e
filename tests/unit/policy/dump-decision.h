/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_POLICY_DUMP_DECISION_H
#define TESTS_POLICY_DUMP_DECISION_H

#include <stdio.h>

#include "policy/decision.h"
#include "policy/explanation.h"
#include "policy/set.h"

/* Everything that there is to say, in lines. */
void dump_decision(FILE *f, const struct policy_decision *decision,
		   const struct policy_explanation *asked);
void dump_diagnostics(FILE *f, const struct policy_set *set);

#endif
