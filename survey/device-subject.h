/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SURVEY_DEVICE_SUBJECT_H
#define SURVEY_DEVICE_SUBJECT_H

#include "facts/model/model.h"
#include "policy/subject.h"

/* The facts of @device as policy wants them; borrows from @snapshot. */
struct policy_subject
survey_device_subject(const struct facts_snapshot *snapshot,
		      const struct facts_device *device);

#endif
