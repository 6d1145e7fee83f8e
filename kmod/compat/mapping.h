/* SPDX-License-Identifier: GPL-2.0-only */
/* What a driver does to mappings, by its present names. */
#ifndef COMPAT_MAPPING_H
#define COMPAT_MAPPING_H

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>

/*
 * Device pages are mapped with references, or, in older kernels, without. In
 * the latter page tables do not show in a page's counts.
 */
#ifdef HAVE_DEVICE_FOLIOS
static inline int device_folio_mapcount(const struct folio *folio)
{
	return folio_mapcount(folio);
}
#elif defined(HAVE_DEVICE_PFNS)
#include <linux/huge_mm.h>
#include <linux/pfn_t.h>

static inline int device_folio_mapcount(const struct folio *folio)
{
	return 0;
}

static inline vm_fault_t vmf_insert_page_mkwrite(struct vm_fault *vmf,
						 struct page *page, bool write)
{
	return vmf_insert_mixed(vmf->vma, vmf->address,
				__pfn_to_pfn_t(page_to_pfn(page),
					       PFN_DEV | PFN_MAP));
}

static inline vm_fault_t vmf_insert_folio_pmd(struct vm_fault *vmf,
					      struct folio *folio, bool write)
{
	return vmf_insert_pfn_pmd(vmf,
				  __pfn_to_pfn_t(folio_pfn(folio),
						 PFN_DEV | PFN_MAP),
				  write);
}

#ifdef CONFIG_HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD
static inline vm_fault_t vmf_insert_folio_pud(struct vm_fault *vmf,
					      struct folio *folio, bool write)
{
	return vmf_insert_pfn_pud(vmf,
				  __pfn_to_pfn_t(folio_pfn(folio),
						 PFN_DEV | PFN_MAP),
				  write);
}
#endif
#else
#error "this kernel maps device pages in a way that device_dax does not know"
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

/* Room in the current mm, found in its own way. */
static inline unsigned long
find_unmapped_area(struct file *file, unsigned long addr, unsigned long len,
		   unsigned long pgoff, unsigned long flags)
{
#if defined(HAVE_UNMAPPED_AREA_OF_CURRENT)
	return mm_get_unmapped_area(file, addr, len, pgoff, flags);
#elif defined(HAVE_MM_GET_UNMAPPED_AREA)
	return mm_get_unmapped_area(current->mm, file, addr, len, pgoff, flags);
#else
	return current->mm->get_unmapped_area(file, addr, len, pgoff, flags);
#endif
}

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
