/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dax bus, as far as drivers on it need it. The structures and functions
 * come from the target kernel's BTF (generated/dax-layout.h); what stands here
 * is the same in every kernel that the layout step accepts.
 */
#ifndef DAX_BUS_H
#define DAX_BUS_H

#include <linux/container_of.h>
#include <linux/module.h>

#include "generated/dax-layout.h"

static inline struct dev_dax *to_dev_dax(struct device *dev)
{
	return container_of(dev, struct dev_dax, dev);
}

/* What kmem may put its memmap into: the memory itself, where the device has
 * that setting.
 */
static inline bool dev_dax_memmap_on_memory(struct dev_dax *dev_dax)
{
#ifdef DAX_HAS_MEMMAP_ON_MEMORY
	return dev_dax->memmap_on_memory;
#else
	return false;
#endif
}

/* In a struct dax_device_driver: which of the two drivers it is, and with that
 * which devices it takes by itself.
 */
#ifdef DAX_HAS_DRIVER_TYPE
#define DAX_DRIVER_IS_KMEM .type = DAXDRV_KMEM_TYPE
#define DAX_DRIVER_IS_DEVICE .type = DAXDRV_DEVICE_TYPE
#else
#define DAX_DRIVER_IS_KMEM .match_always = 0
#define DAX_DRIVER_IS_DEVICE .match_always = 1
#endif

#define dax_driver_register(driver) \
	__dax_driver_register(driver, THIS_MODULE, KBUILD_MODNAME)

/* Every dax device has the modalias dax:t0; the number is for types to come. */
#define MODULE_ALIAS_DAX_DEVICE() MODULE_ALIAS("dax:t0*")

#endif /* DAX_BUS_H */
