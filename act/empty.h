/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_EMPTY_H
#define ACT_EMPTY_H

#include "act/work.h"

/*
 * The step PLAN_EMPTY. Returns 0: each byte of the device at hand is zero; or a
 * negative errno, remembered in @work: -ENOTEMPTY; -EUSERS: somebody uses it;
 * -EFAULT: memory of it has failed, ...
 */
int empty_take(struct act_work *work, const struct plan_step *step);

#endif
