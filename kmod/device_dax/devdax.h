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
 *   lingering_lock (linger.c), a mutex: the list of memory maps without a
 *     device
 *   devdax.drain_lock, a mutex: one check whether the last user is gone
 *   bindings_lock (minor.c), a mutex: which binding a minor number means
 *   the mapping's i_mmap_rwsem, read, for counting mappings
 *   devdax.lock, a spinlock: openers, access, drain, alive
 * Faults take none of them: they are in the dax core's SRCU section
 * (dax_read_lock()), which killing the binding waits for.
 */
#ifndef DEVDAX_H
#define DEVDAX_H

#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "layout/dax-bus.h"

struct address_space;
struct cdev;
struct devdax_memmap;

/**
 * struct devdax_range - a range of the device, contiguous in memory
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
 * @denied: open(2) that had lost its permission on the way
 * @exclusive: no more than one of them
 * @dontfork: new mappings are not inherited
 * @drain: see there
 * @drain_lock: held while checking whether the last user is gone
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
	unsigned long denied;
	bool exclusive;
	bool dontfork;
	enum devdax_drain drain;
	struct mutex drain_lock;
	struct delayed_work drain_work;
	int nr;
	struct devdax_range ranges[];
};

/**
 * devdax_create() - what a device is to be bound with
 * @dev_dax: the device; its lock is held, so its ranges do not change
 *
 * Return: it, not alive yet, with one reference; or an ERR_PTR.
 */
struct devdax *devdax_create(struct dev_dax *dev_dax);
void devdax_put(struct devdax *devdax);

/**
 * devdax_pfn() - where a page of the device is
 * @devdax: the device
 * @pgoff: the first base page of a page of the device's alignment
 *
 * Ranges are multiples of the alignment, so such a page is all in one.
 *
 * Return: its page frame number, or 0 if the device ends before it.
 */
unsigned long devdax_pfn(const struct devdax *devdax, pgoff_t pgoff);

#endif /* DEVDAX_H */
