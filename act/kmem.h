/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_KMEM_H
#define ACT_KMEM_H

#include "act/work.h"

/*
 * A device's memory in and out through kmem, whichever kmem that is. One with
 * the attribute `state` (daxbroker's, see kmod/Documentation/ABI/testing/
 * sysfs-bus-dax-kmem, and Linux 7.3's) moves it as a whole or not at all; with
 * the older one it is there after the bind, and leaves block by block.
 *
 * All return 0, or a negative errno, the failure remembered in @work.
 */

/* Binds the plan's device to kmem, its memory online in @zone. */
int kmem_bind(struct act_work *work, enum policy_zone zone);

/* Brings all memory of a device that is bound and has none plugged online in
 * @zone; does nothing with a kmem that has no `state`. */
int kmem_plug(struct act_work *work, enum policy_zone zone);

/* Binds a device to kmem of which memory was left behind by an unbind: it is
 * taken over as it is, or else goes offline and is removed by the bind. Not
 * where what was left behind reaches beyond the device, and is online there. */
int kmem_adopt(struct act_work *work);

/* Takes the memory out and unbinds the device. */
int kmem_unbind(struct act_work *work);

/* Undoes that: its memory is in again, each block as it was before the first
 * step. */
int kmem_bind_again(struct act_work *work);

/* Undoes kmem_adopt(): the device is unbound, and what was online of its memory
 * is so again. */
int kmem_disown(struct act_work *work);

/* Loads the module, which binds no device by that. Returns what module_load()
 * does, whose errors are not remembered. */
int kmem_load(struct act_work *work);

#endif
