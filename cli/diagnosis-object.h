/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_DIAGNOSIS_OBJECT_H
#define CLI_DIAGNOSIS_OBJECT_H

#include <json.h>

#include "facts/model/model.h"
#include "facts/model/usage.h"
#include "plan/diagnosis.h"

/* What keeps the memory of @device from going offline, and what is in each of
 * its blocks: a JSON object. */
json_object *diagnosis_object_new(const struct facts_device *device,
				  const struct facts_usage *usage,
				  const struct diagnosis *diagnosis);

#endif
