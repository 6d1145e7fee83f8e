// SPDX-License-Identifier: GPL-2.0-only
/* A guard: must compile with any kernel that the modules are meant for. */
#include <linux/device.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/module.h>
#include <linux/version.h>

/* The floor, and the only place where a version is looked at. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "the modules need Linux 6.1 or newer"
#endif

/* exported: __dax_driver_register */
/* exported: add_memory_driver_managed */
/* exported: offline_and_remove_memory */
int probe(struct memory_block *block)
{
	return block->online_type == MMOP_ONLINE && block->zone;
}
