/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_KMEM_H
#define ACT_KMEM_H

#include "act/work.h"

/*
 * Hot-plugs and unplugs the memory of a device by kmem. A kmem with the
 * attribute `state` (daxbroker's, see kmod/Documentation/ABI/testing/
 * sysfs-bus-dax-kmem, and that of Linux 7.3) moves all memory of a device, or
 * none. An older one adds it when the device is bound, and it leaves block by
 * block.
 *
 * All return 0, or a negative errno with the failure remembered in @work.
 */

/* Binds the plan's device to kmem, its memory online in @zone. */
int kmem_bind(struct act_work *work, enum policy_zone zone);

/* Brings all memory of a device that is bound and has none plugged online in
 * @zone; does nothing with a kmem that has no `state`. */
int kmem_plug(struct act_work *work, enum policy_zone zone);

/* Binds a device whose ranges have memory that an unbind left behind. The
 * device takes it over as it is, or it goes offline and the bind removes it.
 * Fails where that memory reaches beyond the device and is online there. */
int kmem_adopt(struct act_work *work);

/* Unplugs the memory and unbinds the device. */
int kmem_unbind(struct act_work *work);

/* Undoes that: each memory block is as it was before the first step. */
int kmem_bind_again(struct act_work *work);

/* Undoes kmem_adopt(): the device is unbound, and the blocks that were online
 * are online again. */
int kmem_disown(struct act_work *work);

#endif
