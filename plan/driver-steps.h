/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_DRIVER_STEPS_H
#define PLAN_DRIVER_STEPS_H

#include "plan/draft.h"

/* Steps to a driver and away from one, whatever for. All return 0 or -ENOMEM.
 */

/* The module of @driver (DRIVER_*), unless it is there. */
int driver_steps_load(struct draft *draft, const char *driver);

/* Where the content of @device must not be lost: it has none. Stands before all
 * else. */
int driver_steps_check_empty(struct draft *draft,
			     const struct facts_device *device);

/* All memory of the draft's device, which is devdax, is zero: it is made so, or
 * where its content must not be lost, that is checked. */
int driver_steps_clear(struct draft *draft);

/* From device_dax to a device without a driver. */
int driver_steps_leave_devdax(struct draft *draft,
			      const struct facts_device *device);

/* From no driver to kmem, which takes the memory of @device back that an unbind
 * left behind. */
int driver_steps_adopt(struct draft *draft, const struct facts_device *device);

/* From wherever its memory blocks are to all of them gone, and @device without
 * a driver. */
int driver_steps_leave_kmem(struct draft *draft,
			    const struct facts_device *device);

#endif
