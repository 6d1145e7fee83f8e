/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kmem: a device-DAX device's memory as System RAM, as a whole, and back.
 *
 * Locks, outermost first:
 *   the dax device's lock (probe and remove only: the driver core waits in
 *     remove for writers of attributes, so those never take it)
 *   kmem_memory.lock, one transition at a time
 *   the kernel's device_hotplug_lock (inside add, remove), the block's device
 *     lock, mem_hotplug_lock
 *   kmem_list_lock, a spinlock: the list, who is bound to what
 *
 * Single blocks belong to everybody: whoever may write a block's state changes
 * it at any time. Nothing here assumes a block's state without its device lock
 * or is surprised by it after.
 */
#ifndef KMEM_H
#define KMEM_H

#include <linux/list.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mutex.h>
#include <linux/range.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "dax-bus.h"

struct memory_dev_type;

/**
 * enum kmem_step - the part of a transition that failed
 * @KMEM_NO_STEP: none did
 * @KMEM_REFUSE: the state does not allow what was asked for
 * @KMEM_GROUP: registering the memory group
 * @KMEM_RESERVE: reserving the range in iomem
 * @KMEM_ADD: add_memory_driver_managed()
 * @KMEM_ONLINE: onlining a memory block
 * @KMEM_OFFLINE: offlining a memory block
 * @KMEM_REMOVE: offline_and_remove_memory()
 */
enum kmem_step {
	KMEM_NO_STEP,
	KMEM_REFUSE,
	KMEM_GROUP,
	KMEM_RESERVE,
	KMEM_ADD,
	KMEM_ONLINE,
	KMEM_OFFLINE,
	KMEM_REMOVE,
};

/**
 * struct kmem_error - why the last transition failed
 * @step: what failed; KMEM_NO_STEP: nothing
 * @plug: it was on the way in, not out
 * @undo_failed: taking back what had been done did not work either
 * @err: negative errno
 * @range: physical addresses, if @step is about a range
 * @block: number of the memory block, -1: not about one
 * @pfn: of the first page that cannot move, if @kind is set
 * @kind: what such a page is, or NULL
 */
struct kmem_error {
	enum kmem_step step;
	bool plug;
	bool undo_failed;
	int err;
	struct range range;
	long block;
	unsigned long pfn;
	const char *kind;
};

/**
 * struct kmem_range - one range of a device, cut to whole memory blocks
 * @range: physical addresses, end inclusive
 * @index: its number in the device ("mapping0")
 * @res: our reservation in iomem, under which the memory lies; NULL while the
 *	range is not plugged. Read without a lock for that.
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
 * @list: in kmem_list, under kmem_list_lock
 * @dev: the device; NULL while none is bound ("stranded"), under kmem_list_lock
 * @bound: @tell may be scheduled, under kmem_list_lock
 * @name: the device's, as iomem shows it
 * @lock: held over each transition
 * @owner: the task that carries one out, to tell our steps from others'
 * @adding: online type that blocks may get while @owner adds them, or
 *	KMEM_ADD_*; else MMOP_OFFLINE
 * @asked: online type of the last plug, as long as nobody else has touched a
 *	block since; else MMOP_OFFLINE
 * @told: the state that was last reported
 * @tell: reports a state that others have changed
 * @error: of the last transition, under @error_lock
 * @error_lock: see @error
 * @node: NUMA node
 * @mgid: memory group; negative while nothing is plugged
 * @mhp_flags: for adding
 * @mtype: memory type of @node while something is plugged
 * @nr: number of @ranges; they never change
 * @ranges: see there
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
	int adding;
	int asked;
	int told;
	struct delayed_work tell;
	struct kmem_error error;
	spinlock_t error_lock;
	int node;
	int mgid;
	mhp_t mhp_flags;
	struct memory_dev_type *mtype;
	int nr;
	struct kmem_range ranges[];
};

/* Values of kmem_memory.adding besides MMOP_ONLINE_KERNEL and _MOVABLE. */
#define KMEM_ADD_ANY (-1)     /* whatever auto_online_blocks makes of them */
#define KMEM_ADD_OFFLINE (-2) /* not even with auto_online_blocks */

#define kmem_for_each_range(memory, range) \
	for (range = (memory)->ranges;     \
	     range < (memory)->ranges + (memory)->nr; range++)

#define kmem_for_each_plugged(memory, range)  \
	kmem_for_each_range(memory, range)    \
		if (!READ_ONCE(range->res)) { \
		} else

/* memory.c */
struct kmem_memory *kmem_memory_create(struct dev_dax *dev_dax);
void kmem_memory_free(struct kmem_memory *memory);
int kmem_memory_lock(struct kmem_memory *memory);
void kmem_memory_unlock(struct kmem_memory *memory);
int kmem_memory_open(struct kmem_memory *memory);
void kmem_memory_close(struct kmem_memory *memory);
u64 kmem_memory_plugged(struct kmem_memory *memory);
int kmem_range_add(struct kmem_memory *memory, struct kmem_range *range,
		   int adding);
int kmem_range_remove(struct kmem_range *range,
		      int (*remove)(u64 start, u64 size));

/* plug.c */
int kmem_plug(struct kmem_memory *memory, int type);
int kmem_plug_default(struct kmem_memory *memory);
int kmem_unplug(struct kmem_memory *memory);
void kmem_remove_offline(struct kmem_memory *memory);

/* block.c */
/**
 * struct kmem_blocks - the memory blocks of a range, with references
 * @nr: how many there can be
 * @first: number of the first
 * @block: each, or NULL where there is none
 */
struct kmem_blocks {
	unsigned int nr;
	unsigned long first;
	struct memory_block *block[];
};

struct kmem_blocks *kmem_blocks_get(struct device *any,
				    const struct range *range);
void kmem_blocks_put(struct kmem_blocks *blocks);
int kmem_block_type(struct memory_block *block);
int kmem_block_online(struct memory_block *block, int type);
int kmem_block_offline(struct memory_block *block, int *ret_type);
bool kmem_block_settled(struct memory_block *block);

/* state.c */
extern const struct attribute_group *kmem_groups[];
int kmem_state(struct kmem_memory *memory);
const char *kmem_state_name(int state);

/* error.c */
void kmem_error_clear(struct kmem_memory *memory);
/* The first error after kmem_error_clear() stays. */
void kmem_error_set(struct kmem_memory *memory, const struct kmem_error *error);
void kmem_error_undo_failed(struct kmem_memory *memory);
ssize_t kmem_error_print(struct kmem_memory *memory, char *buf);

/* blame.c */
const char *kmem_blame(struct memory_block *block, unsigned long *ret_pfn);

/* watch.c */
extern struct list_head kmem_list;
extern spinlock_t kmem_list_lock;
int kmem_watch_init(void);
void kmem_watch_exit(void);
void kmem_watch_start(struct kmem_memory *memory, struct device *dev);
void kmem_watch_stop(struct kmem_memory *memory);
void kmem_watch_setup(struct kmem_memory *memory);
void kmem_watch_tell(struct kmem_memory *memory);

/* adopt.c */
struct kmem_memory *kmem_adopt(struct kmem_memory *fresh);

/* tier.c */
void kmem_tier_exit(void);
struct memory_dev_type *kmem_tier_join(int node);
void kmem_tier_leave(int node, struct memory_dev_type *mtype);

/* undo.c */
int kmem_undo_init(void);
void kmem_undo_exit(void);
int kmem_undo(struct kmem_memory *memory, int (*undo)(struct kmem_memory *));

#endif /* KMEM_H */
