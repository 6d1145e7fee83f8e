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
#include <linux/pfn_t.h>
#include <linux/sched.h>

#include "compat/mapping.h"
#include "device_dax/devdax.h"
#include "device_dax/poison.h"
#include "device_dax/rule.h"

/* In vm_private_data of a mapping that was not to be inherited, and was. */
static char inherited;

/*
 * By the page the kernel finds the mappings of memory that has failed. It is
 * the same for all mappings of the device, so it is set once.
 */
static void set_page_mapping(struct devdax *devdax, unsigned long pfn,
			     pgoff_t pgoff)
{
	struct page *page = pfn_to_page(pfn);

	if (READ_ONCE(page->mapping))
		return;
	page->index = pgoff;
	/* Who sees the mapping sees the index. */
	smp_store_release(&page->mapping, devdax->mapping);
}

static vm_fault_t insert(struct vm_fault *vmf, unsigned long pfn, int size)
{
	pfn_t page = __pfn_to_pfn_t(pfn, PFN_DEV | PFN_MAP);
	bool is_write = vmf->flags & FAULT_FLAG_WRITE;

	switch (size) {
	case DEVDAX_PTE:
		return vmf_insert_mixed(vmf->vma, vmf->address, page);
	case DEVDAX_PMD:
		return vmf_insert_pfn_pmd(vmf, page, is_write);
#ifdef CONFIG_HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD
	case DEVDAX_PUD:
		return vmf_insert_pfn_pud(vmf, page, is_write);
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
	    vmf->vma->vm_private_data == &inherited)
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

static vm_fault_t devdax_fault(struct vm_fault *vmf)
{
	return fault_of(vmf, PAGE_SIZE, DEVDAX_PTE);
}

static vm_fault_t devdax_huge_fault(struct vm_fault *vmf, huge_fault_size size)
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

static unsigned long devdax_pagesize(struct vm_area_struct *vma)
{
	struct devdax *devdax = vma->vm_file->private_data;

	return devdax->align;
}

/*
 * mprotect() knows nothing of pages of PUD_SIZE: it drops them as broken, and
 * leaves what CPUs remember of them, so that a mapping which became read-only
 * can be written to. Without any in the page table it has nothing to do; they
 * are faulted in again as they are to be. The lock of the mm is held.
 */
static int devdax_mprotect(struct vm_area_struct *vma, unsigned long start,
			   unsigned long end, unsigned long newflags)
{
	struct devdax *devdax = vma->vm_file->private_data;
	pgoff_t pgoff = linear_page_index(vma, start);

	if (devdax->align < PUD_SIZE)
		return 0;
	vma_start_write(vma);
	unmap_mapping_range(devdax->mapping, (loff_t)pgoff << PAGE_SHIFT,
			    end - start, 1);
	return 0;
}

/*
 * Only a fork makes a mapping of another mm than the caller's. This one was
 * made with VM_DONTCOPY, which MADV_DOFORK took away.
 */
static void dontfork_open(struct vm_area_struct *vma)
{
	if (vma->vm_mm != current->mm)
		vma->vm_private_data = &inherited;
}

static const struct vm_operations_struct shared_ops = {
	.fault = devdax_fault,
	.huge_fault = devdax_huge_fault,
	.may_split = devdax_rule_may_split,
	.mprotect = devdax_mprotect,
	.mremap = devdax_rule_mremap,
	.pagesize = devdax_pagesize,
};

static const struct vm_operations_struct dontfork_ops = {
	.open = dontfork_open,
	.fault = devdax_fault,
	.huge_fault = devdax_huge_fault,
	.may_split = devdax_rule_may_split,
	.mprotect = devdax_mprotect,
	.mremap = devdax_rule_mremap,
	.pagesize = devdax_pagesize,
};

const struct vm_operations_struct *devdax_fault_ops(bool dontfork)
{
	return dontfork ? &dontfork_ops : &shared_ops;
}
