/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_PAGE_FINDINGS_H
#define PLAN_PAGE_FINDINGS_H

#include "plan/diagnosis.h"
#include "plan/evidence.h"

/* Adds what the pages of each kind mean, and the pools of huge pages. Returns 0
 * or -ENOMEM. */
int page_findings_add(const struct evidence *evidence, struct diagnosis *d);

#endif
