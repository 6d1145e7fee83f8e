/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_RAM_PLAN_H
#define PLAN_RAM_PLAN_H

#include "plan/draft.h"

/* Adds the steps from whatever the device is to system RAM in the zone decided,
 * and the outcome. Returns 0 or -ENOMEM. */
int ram_plan_make(struct draft *draft);

#endif
