/* SPDX-License-Identifier: GPL-2.0-only */
/* What a driver does to mappings, by its present names. */
#ifndef COMPAT_MAPPING_H
#define COMPAT_MAPPING_H

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>

#ifndef HAVE_PFN_T
#error "this kernel maps device pages with references: device_dax is not ported to it"
#endif

#ifndef HAVE_VM_FLAGS_SET
static inline void vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags |= flags;
}
#endif

/* Without it all faults run under the lock of the mm. */
#ifndef HAVE_VMA_START_WRITE
static inline void vma_start_write(struct vm_area_struct *vma)
{
}
#endif

#ifndef HAVE_MM_GET_UNMAPPED_AREA
static inline unsigned long
mm_get_unmapped_area(struct mm_struct *mm, struct file *file,
		     unsigned long addr, unsigned long len, unsigned long pgoff,
		     unsigned long flags)
{
	return mm->get_unmapped_area(file, addr, len, pgoff, flags);
}
#endif

/* The member of struct file_operations by which MAP_SYNC is offered. */
#ifdef HAVE_FOP_MMAP_SYNC
#define OFFERS_MAP_SYNC .fop_flags = FOP_MMAP_SYNC
#else
#define OFFERS_MAP_SYNC .mmap_supported_flags = MAP_SYNC
#endif

/* The argument of huge_fault that says how large the page shall be, and that
 * as an order.
 */
#ifdef HAVE_HUGE_FAULT_ORDER
typedef unsigned int huge_fault_size;

static inline unsigned int huge_fault_order(huge_fault_size size)
{
	return size;
}
#else
typedef enum page_entry_size huge_fault_size;

static inline unsigned int huge_fault_order(huge_fault_size size)
{
	switch (size) {
	case PE_SIZE_PTE:
		return 0;
	case PE_SIZE_PMD:
		return PMD_SHIFT - PAGE_SHIFT;
	default:
		return PUD_SHIFT - PAGE_SHIFT;
	}
}
#endif

#endif /* COMPAT_MAPPING_H */
