/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_SUSPECT_FINDINGS_H
#define PLAN_SUSPECT_FINDINGS_H

#include "plan/diagnosis.h"
#include "plan/evidence.h"

/* Adds what the kernel said of pages when the memory was tried last. Returns 0
 * or -ENOMEM. */
int suspect_findings_add(const struct evidence *evidence, struct diagnosis *d);

#endif
