/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_IN_USE_H
#define PLAN_IN_USE_H

#include "facts/model/model.h"

/* 1: @device, whose holders are loaded, has users, or that is unknown, and *ret
 * (to be freed) is a sentence about them and what to do; 0: none; -ENOMEM. */
int in_use_describe(const struct facts_device *device, char **ret);

#endif
