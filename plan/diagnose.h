/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_DIAGNOSE_H
#define PLAN_DIAGNOSE_H

#include "facts/model/model.h"
#include "plan/diagnosis.h"

/* Finds what keeps the memory of @device from going offline. Pure, over what
 * was read. @usage must outlive *ret, to be freed with diagnosis_free().
 * Returns 0 or -ENOMEM. */
int diagnose(const struct facts_snapshot *snapshot,
	     const struct facts_device *device, const struct facts_usage *usage,
	     struct diagnosis **ret);

#endif
