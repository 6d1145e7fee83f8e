// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults: exactly one page of the device's alignment, or SIGBUS. The kernel
 * asks for the largest size first; a larger one than the alignment is declined,
 * so that it asks again.
 */
#include "device_dax/fault.h"

#include <linux/dax.h>
#include <linux/huge_mm.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched.h>

#include "compat/mapping.h"
#include "device_dax/devdax.h"
#include "device_dax/poison.h"
#include "device_dax/rule.h"

/*
 * By the page the kernel finds the mappings of memory that has failed. It is
 * the same for all mappings of the device, so it is set once.
 */
static void set_page_mapping(struct devdax *devdax, unsigned long pfn,
			     pgoff_t pgoff)
{
	struct folio *folio = pfn_folio(pfn);

	if (READ_ONCE(folio->mapping))
		return;
	folio->index = pgoff;
	/* Who sees the mapping sees the index. */
	smp_store_release(&folio->mapping, devdax->mapping);
}

static vm_fault_t insert(struct vm_fault *vmf, unsigned long pfn, int size)
{
	bool is_write = vmf->flags & FAULT_FLAG_WRITE;

	switch (size) {
	case DEVDAX_PTE:
		return vmf_insert_page_mkwrite(vmf, pfn_to_page(pfn), is_write);
	case DEVDAX_PMD:
		return vmf_insert_folio_pmd(vmf, pfn_folio(pfn), is_write);
#ifdef CONFIG_HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD
	case DEVDAX_PUD:
		return vmf_insert_folio_pud(vmf, pfn_folio(pfn), is_write);
#endif
	default:
		return VM_FAULT_SIGBUS;
	}
}

static bool is_inside(const struct vm_area_struct *vma, unsigned long address,
		      unsigned long bytes)
{
	return address >= vma->vm_start && bytes <= vma->vm_end - address;
}

/* What devdax_rule_check_vma() checks, without a word, in the usual case. */
static bool is_right(const struct devdax *devdax,
		     const struct vm_area_struct *vma)
{
	unsigned long all =
		vma->vm_start | vma->vm_end | (vma->vm_pgoff << PAGE_SHIFT);

	return READ_ONCE(devdax->alive) && (vma->vm_flags & VM_MAYSHARE) &&
	       IS_ALIGNED(all, devdax->align);
}

/*
 * Memory that failed is not mapped again as a page of its own. In a larger page
 * the rest of the page is good: who touches what failed gets the machine
 * check.
 */
static vm_fault_t map_page(struct devdax *devdax, struct vm_fault *vmf,
			   unsigned long bytes, int size)
{
	unsigned long address = ALIGN_DOWN(vmf->address, bytes), pfn;
	pgoff_t pgoff;
	vm_fault_t rc;

	if ((!is_right(devdax, vmf->vma) &&
	     devdax_rule_check_vma(devdax, vmf->vma)) ||
	    !is_inside(vmf->vma, address, bytes) ||
	    vmf->vma->vm_private_data == DEVDAX_RULE_INHERITED)
		return VM_FAULT_SIGBUS;
	pgoff = linear_page_index(vmf->vma, address);
	pfn = devdax_pfn(devdax, pgoff);
	if (!pfn) {
		dev_info_ratelimited(devdax->dev,
				     "%s[%d]: offset %#llx is beyond the end\n",
				     current->comm, task_pid_nr(current),
				     (u64)pgoff << PAGE_SHIFT);
		return VM_FAULT_SIGBUS;
	}
	if (size == DEVDAX_PTE && devdax_poison_at(devdax->memmap, pfn))
		return VM_FAULT_HWPOISON;
	set_page_mapping(devdax, pfn, pgoff);
	rc = insert(vmf, pfn, size);
	if (rc == VM_FAULT_NOPAGE)
		this_cpu_inc(devdax->faults->nr[size]);
	return rc;
}

static vm_fault_t fault_of(struct vm_fault *vmf, unsigned long bytes, int size)
{
	struct devdax *devdax = vmf->vma->vm_file->private_data;
	vm_fault_t rc;
	int id;

	if (bytes != devdax->align)
		return bytes > devdax->align ? VM_FAULT_FALLBACK :
					       VM_FAULT_SIGBUS;
	id = dax_read_lock();
	rc = map_page(devdax, vmf, bytes, size);
	dax_read_unlock(id);
	return rc;
}

vm_fault_t devdax_fault(struct vm_fault *vmf)
{
	return fault_of(vmf, PAGE_SIZE, DEVDAX_PTE);
}

vm_fault_t devdax_fault_huge(struct vm_fault *vmf, huge_fault_size size)
{
	switch (huge_fault_order(size)) {
	case 0:
		return fault_of(vmf, PAGE_SIZE, DEVDAX_PTE);
	case PMD_SHIFT - PAGE_SHIFT:
		return fault_of(vmf, PMD_SIZE, DEVDAX_PMD);
	case PUD_SHIFT - PAGE_SHIFT:
		return fault_of(vmf, PUD_SIZE, DEVDAX_PUD);
	default:
		return VM_FAULT_FALLBACK;
	}
}
