/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_CLEAR_H
#define ACT_CLEAR_H

#include "act/work.h"

/*
 * The step PLAN_CLEAR: zeros are written over all memory of the device at hand,
 * by as many threads as there are CPUs for it. A fatal signal ends that at
 * once. Returns 0, or a negative errno, remembered in @work: -EUSERS: somebody
 * uses the device; -EIO: memory of it has failed; ...
 *
 * The driver of persistent memory writes none of it back later: what is stored
 * past the CPU's caches is in the memory itself.
 */
int clear_take(struct act_work *work, const struct plan_step *step);

#endif
