/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_PROCESS_FINDINGS_H
#define PLAN_PROCESS_FINDINGS_H

#include "plan/diagnosis.h"
#include "plan/evidence.h"

/* Adds what the processes mean that have memory there. Returns 0 or -ENOMEM. */
int process_findings_add(const struct evidence *evidence, struct diagnosis *d);

#endif
