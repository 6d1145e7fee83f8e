/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device_dax: a dax device as a character device that is mapped directly, in
 * pages of the device's alignment and of nothing else.
 *
 * Who holds what:
 *   A binding (struct devdax) lives while the device is bound and as long as
 *   files are open that were opened meanwhile. It dies when the device is
 *   unbound, for good: a file that is still open then, and its mappings, do
 *   not come back to life when the device is bound again.
 *   The memory map (struct devdax_memmap: struct pages, the reservation in
 *   iomem) lives while the device is bound and as long after as anybody holds
 *   references on its pages: the kernel does not wait for these (linger.c).
 *   Every mapping holds its file. So a device without open files has no
 *   mappings either.
 *
 * Locks, outermost first:
 *   the dax device's lock (probe and remove only: the driver core waits in
 *     remove for readers and writers of attributes)
 *   devdax_linger_lock, a mutex: the list of memory maps without a device
 *   devdax.drain_lock, a mutex: one look at whether the last user is gone
 *   devdax_lock, a mutex: which binding a minor number means
 *   the mapping's i_mmap_rwsem, read, for counting mappings
 *   devdax.lock, a spinlock: openers, access, drain, alive
 * Faults take none of them: they are in the dax core's SRCU section
 * (dax_read_lock()), which killing the binding waits for.
 */
#ifndef DEVDAX_H
#define DEVDAX_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/memremap.h>
#include <linux/mm_types.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/range.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "layout/dax-bus.h"

struct address_space;
struct cdev;
struct vm_area_struct;
struct vm_operations_struct;

/**
 * struct devdax_range - a piece of the device without holes
 * @pgoff: its first page in the device
 * @nr: pages in it
 * @pfn: its first page frame
 */
struct devdax_range {
	pgoff_t pgoff;
	unsigned long nr;
	unsigned long pfn;
};

/* Sizes of pages: those of an entry of each level of page table. */
enum { DEVDAX_PTE, DEVDAX_PMD, DEVDAX_PUD, DEVDAX_SIZES };

/**
 * struct devdax_faults - successful faults on one CPU
 * @nr: by size: DEVDAX_PTE, _PMD, _PUD
 */
struct devdax_faults {
	u64 nr[DEVDAX_SIZES];
};

/**
 * struct devdax_memmap - the struct pages of a device
 * @list: in the list of those without a device, under devdax_linger_lock
 * @dev: the device, with a reference: the pages lead to its inode
 * @name: the device's, as iomem shows it
 * @pgmap: for the kernel; its owner is this
 * @align: of the device when it was bound: size of a (compound) page
 * @poison: page frames in which memory failed, while these pages exist
 * @nr_poison: how many there are in @poison
 * @retry: looks whether the last reference is gone
 * @holds_module: @retry will let go of the module
 * @nr_reserved: how many of @ranges are reserved in iomem
 * @nr: number of @ranges
 * @ranges: sorted by their place in the device
 */
struct devdax_memmap {
	struct list_head list;
	struct device *dev;
	const char *name;
	struct dev_pagemap *pgmap;
	unsigned long align;
	struct xarray poison;
	atomic_long_t nr_poison;
	struct delayed_work retry;
	bool holds_module;
	int nr_reserved;
	int nr;
	struct devdax_range ranges[];
};

/**
 * enum devdax_drain - no new users?
 * @DEVDAX_OPEN: new users are welcome
 * @DEVDAX_DRAINING: no new ones, there are old ones
 * @DEVDAX_DRAINED: there are none, and none can come
 */
enum devdax_drain {
	DEVDAX_OPEN,
	DEVDAX_DRAINING,
	DEVDAX_DRAINED,
};

/**
 * struct devdax - a device bound to this driver
 * @alive: not unbound yet. Written with @lock held; read under it, or in a
 *	section of dax_read_lock()
 * @align: bytes, of the device: of each mapping and of each page
 * @mapping: of the dax inode, which all files of the device share
 * @faults: counters
 * @memmap: the struct pages; NULL once dead
 * @ref: one of the binding, one of each open file
 * @dev: the device, with a reference
 * @dev_dax: the same, as the dax bus has it
 * @cdev: the character device
 * @lock: of the following
 * @openers: open file descriptions
 * @exclusive: no more than one of them
 * @dontfork: new mappings are not inherited
 * @drain: see there
 * @drain_lock: held while looking whether the last user is gone
 * @drain_work: does so
 * @nr: number of @ranges
 * @ranges: sorted by their place in the device; they never change
 */
struct devdax {
	bool alive;
	unsigned long align;
	struct address_space *mapping;
	struct devdax_faults __percpu *faults;
	struct devdax_memmap *memmap;
	struct kref ref;
	struct device *dev;
	struct dev_dax *dev_dax;
	struct cdev *cdev;
	spinlock_t lock;
	unsigned int openers;
	bool exclusive;
	bool dontfork;
	enum devdax_drain drain;
	struct mutex drain_lock;
	struct delayed_work drain_work;
	int nr;
	struct devdax_range ranges[];
};

/* binding.c */
struct devdax *devdax_create(struct dev_dax *dev_dax);
void devdax_put(struct devdax *devdax);
unsigned long devdax_pfn(const struct devdax *devdax, pgoff_t pgoff);

/* memmap.c */
struct devdax_memmap *devdax_memmap_create(struct devdax *devdax);
void devdax_memmap_free(struct devdax_memmap *memmap);

/* linger.c */
struct devdax_memmap *devdax_memmap_adopt(struct devdax *devdax);
void devdax_memmap_release(struct devdax_memmap *memmap);
int devdax_linger_init(void);
void devdax_linger_exit(void);

/* pin.c */
u64 devdax_pins(const struct devdax_memmap *memmap);
void devdax_pins_forget(struct devdax_memmap *memmap);

/* poison.c */
extern const struct dev_pagemap_ops devdax_pgmap_ops;
bool devdax_find_poison(struct devdax_memmap *memmap, unsigned long pfn);

/* devdax_is_poisoned() - memory of this very page frame has failed */
static inline bool devdax_is_poisoned(struct devdax_memmap *memmap,
				      unsigned long pfn)
{
	return atomic_long_read(&memmap->nr_poison) &&
	       devdax_find_poison(memmap, pfn);
}

/* file.c */
int devdax_file_add(struct devdax *devdax);
void devdax_file_del(struct devdax *devdax);
/* devdax_lock is held or the section keeps the device from being unbound. */
struct devdax *devdax_find(unsigned int minor);

/* rule.c */
int devdax_check_place(struct devdax *devdax, unsigned long start,
		       unsigned long length);
int devdax_check_vma(struct devdax *devdax, struct vm_area_struct *vma);
int devdax_may_split(struct vm_area_struct *vma, unsigned long address);
int devdax_mremap(struct vm_area_struct *vma);

/* fault.c */
const struct vm_operations_struct *devdax_vm_ops(bool dontfork);

/* users.c */
extern const struct attribute_group devdax_users_group;

/* access.c */
extern const struct attribute_group devdax_access_group;
void devdax_access_setup(struct devdax *devdax);
int devdax_access_enter(struct devdax *devdax);
void devdax_access_leave(struct devdax *devdax);
int devdax_access_map(struct devdax *devdax, bool *ret_dontfork);

/* drain.c */
ssize_t devdax_drain_show(struct device *dev, struct device_attribute *attr,
			  char *buf);
ssize_t devdax_drain_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t len);
void devdax_drain_setup(struct devdax *devdax);
void devdax_drain_kick(struct devdax *devdax);

#endif /* DEVDAX_H */
