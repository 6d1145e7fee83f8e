/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_DEVDAX_PLAN_H
#define PLAN_DEVDAX_PLAN_H

#include "plan/draft.h"

/* Adds the steps from whatever the device is to an exclusive /dev/daxX.Y, and
 * the outcome. Returns 0 or -ENOMEM. */
int devdax_plan_make(struct draft *draft);

#endif
