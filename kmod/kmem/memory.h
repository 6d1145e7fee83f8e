/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kmem: a device-DAX device's memory as System RAM, as a whole, and back.
 * Here: what one device gives to the kernel.
 *
 * Locks, outermost first:
 *   the dax device's lock (probe and remove only: the driver core waits in
 *     remove for writers of attributes, so those never take it)
 *   kmem_memory.lock, one transition at a time
 *   the kernel's device_hotplug_lock (inside add, remove), the block's device
 *     lock, mem_hotplug_lock
 *   kmem_memory_list_lock, a spinlock: the list, who is bound to what
 *
 * Single blocks belong to everybody: any program that may write a block's state
 * changes it at any time. No code here relies on a block's state without its
 * device lock, and all of it copes when the state has changed.
 */
#ifndef KMEM_MEMORY_H
#define KMEM_MEMORY_H

#include <linux/list.h>
#include <linux/memory_hotplug.h>
#include <linux/mutex.h>
#include <linux/range.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "kmem/error.h"
#include "layout/dax-bus.h"

struct memory_dev_type;

/**
 * struct kmem_range - one range of a device, cut to whole memory blocks
 * @range: physical addresses, end inclusive
 * @index: its number in the device ("mapping0")
 * @res: kmem's reservation in iomem, under which the memory lies; NULL while
 *	the range is not plugged. Read without a lock for that.
 * @types: what each block was before it is unplugged (MMOP_*), meanwhile
 * @is_offline: unplugging has taken all its blocks offline
 */
struct kmem_range {
	struct range range;
	int index;
	struct resource *res;
	u8 *types;
	bool is_offline;
};

/**
 * struct kmem_memory - what a device gives to the kernel
 * @list: in kmem_memory_list, under kmem_memory_list_lock
 * @dev: the device; NULL while none is bound ("stranded"), under
 *	kmem_memory_list_lock
 * @bound: @report may be scheduled, under kmem_memory_list_lock
 * @name: the device's, as iomem shows it
 * @lock: held over each transition
 * @owner: the task that carries one out: what it does to blocks is kmem's doing
 * @plugging: the only online type that a block may get now, from anybody, as
 *	@owner brings all of them online so; else MMOP_OFFLINE
 * @keep_offline: blocks that @owner adds now stay offline, whatever
 *	auto_online_blocks is
 * @asked: online type of the last plug, as long as nobody else has touched a
 *	block since; else MMOP_OFFLINE
 * @reported: the state that was last reported
 * @report: reports a state that others have changed
 * @last_error: of the last transition
 * @node: NUMA node
 * @mgid: memory group; negative while nothing is plugged
 * @mhp_flags: for adding
 * @mtype: memory type of @node while something is plugged
 * @nr: number of @ranges; they never change
 * @ranges: see struct kmem_range
 *
 * Lives from the device's binding until it is unbound with nothing plugged. If
 * memory cannot be removed when the device is unbound, this stays and is
 * adopted when a device of the same ranges is bound (adopt.c).
 * While anything is plugged it holds a reference to the module.
 */
struct kmem_memory {
	struct list_head list;
	struct device *dev;
	bool bound;
	const char *name;
	struct mutex lock;
	struct task_struct *owner;
	int plugging;
	bool keep_offline;
	int asked;
	int reported;
	struct delayed_work report;
	struct kmem_last_error last_error;
	int node;
	int mgid;
	mhp_t mhp_flags;
	struct memory_dev_type *mtype;
	int nr;
	struct kmem_range ranges[];
};

#define kmem_for_each_range(memory, range) \
	for (range = (memory)->ranges;     \
	     range < (memory)->ranges + (memory)->nr; range++)

#define kmem_for_each_plugged(memory, range)  \
	kmem_for_each_range(memory, range)    \
		if (!READ_ONCE(range->res)) { \
		} else

/* All memory that is bound or stranded. */
extern struct list_head kmem_memory_list;
extern spinlock_t kmem_memory_list_lock;

/**
 * kmem_memory_create() - what a device could give to the kernel
 * @dev_dax: the device
 *
 * Return: memory with nothing plugged, not in the list; or an ERR_PTR: -EINVAL
 * if the device has no node or no whole memory block.
 */
struct kmem_memory *kmem_memory_create(struct dev_dax *dev_dax);

/* kmem_memory_free() - takes @memory out of the list; nothing is plugged */
void kmem_memory_free(struct kmem_memory *memory);

/**
 * kmem_memory_lock() - begin a transition
 * @memory: its memory
 *
 * Return: 0, or -EINTR on a fatal signal while another transition runs.
 */
int kmem_memory_lock(struct kmem_memory *memory);
void kmem_memory_unlock(struct kmem_memory *memory);

/**
 * kmem_memory_open() - get the memory group and the node's memory type
 * @memory: its memory, locked; nothing is done if it is open already
 *
 * Return: 0 or a negative errno.
 */
int kmem_memory_open(struct kmem_memory *memory);

/* kmem_memory_close() - undoes open, unless a range is plugged; @memory locked */
void kmem_memory_close(struct kmem_memory *memory);

/* kmem_memory_plugged() - bytes that the kernel has, online or offline */
u64 kmem_memory_plugged(struct kmem_memory *memory);

#endif /* KMEM_MEMORY_H */
