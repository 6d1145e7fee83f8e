/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_ACCESS_H
#define PLAN_ACCESS_H

#include <stdbool.h>

#include "facts/model/model.h"
#include "policy/use.h"

/* How /dev/daxX.Y may be used: exclusive and dontfork, which only daxbroker's
 * device_dax has. */

/* What a policy says of it differs from what each driver does. */
bool access_is_wanted(const struct policy_use *use);

/* True when @device is to have it and the driver that would serve it cannot.
 * One that is not loaded yet may be able to. */
bool access_is_impossible(const struct facts_snapshot *snapshot,
			  const struct facts_device *device,
			  const struct policy_use *use);

/* True when the device is as @use says. */
bool access_holds(const struct facts_device *device,
		  const struct policy_use *use);

bool access_is_exclusive(const struct policy_use *use);
bool access_drops_fork(const struct policy_use *use);

/* What of @use a driver must be able to do: "Exclusive=yes", ...; or NULL. */
const char *access_demand(const struct policy_use *use);

/* What to say instead where the driver may be unable to; of the same. */
const char *access_offer(const struct policy_use *use);

/* What of @use has no effect on @device, to go behind a sentence, or "". */
const char *access_remark(const struct facts_snapshot *snapshot,
			  const struct facts_device *device,
			  const struct policy_use *use);

#endif
