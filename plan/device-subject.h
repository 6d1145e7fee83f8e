/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_DEVICE_SUBJECT_H
#define PLAN_DEVICE_SUBJECT_H

#include "facts/model/model.h"
#include "policy/subject.h"

/* The facts of @device as policy wants them; borrows from @snapshot. */
struct policy_subject plan_subject(const struct facts_snapshot *snapshot,
				   const struct facts_device *device);

#endif
