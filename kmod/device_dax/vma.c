// SPDX-License-Identifier: GPL-2.0-only
#include "device_dax/vma.h"

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched.h>

#include "compat/mapping.h"
#include "device_dax/devdax.h"
#include "device_dax/fault.h"
#include "device_dax/rule.h"

static unsigned long vma_pagesize(struct vm_area_struct *vma)
{
	struct devdax *devdax = vma->vm_file->private_data;

	return devdax->align;
}

/* No page of this part of the device is in a page table. */
static void unmap_everywhere(struct devdax *devdax, pgoff_t pgoff,
			     unsigned long bytes)
{
	unmap_mapping_range(devdax->mapping, (loff_t)pgoff << PAGE_SHIFT, bytes,
			    1);
}

/*
 * A mapping is made of another one. Only a fork makes one of another mm than
 * the caller's, and one of a mapping that was not to be inherited only if
 * MADV_DOFORK took that away.
 *
 * Otherwise it is split, or mremap() moves it. That knows nothing of pages of
 * PUD_SIZE: it drops them as broken, with the references that they have, and
 * leaves what CPUs remember of them. Without any in the page table it has
 * nothing to do; they are faulted in again at the new address. The mapping is
 * locked for writing, so none is faulted in meanwhile.
 */
static void vma_open(struct vm_area_struct *vma)
{
	struct devdax *devdax = vma->vm_file->private_data;

	if (vma->vm_mm != current->mm) {
		if (vma->vm_private_data == DEVDAX_RULE_DONTFORK)
			vma->vm_private_data = DEVDAX_RULE_INHERITED;
		return;
	}
	if (devdax->align >= PUD_SIZE)
		unmap_everywhere(devdax, vma->vm_pgoff,
				 vma->vm_end - vma->vm_start);
}

/*
 * The same for mprotect() of older kernels, after which a mapping that became
 * read-only could be written to. The lock of the mm is held.
 */
#ifndef HAVE_CHANGE_HUGE_PUD
static int vma_mprotect(struct vm_area_struct *vma, unsigned long start,
			unsigned long end, unsigned long newflags)
{
	struct devdax *devdax = vma->vm_file->private_data;

	if (devdax->align < PUD_SIZE)
		return 0;
	vma_start_write(vma);
	unmap_everywhere(devdax, linear_page_index(vma, start), end - start);
	return 0;
}
#endif

static const struct vm_operations_struct ops = {
	.open = vma_open,
	.fault = devdax_fault,
	.huge_fault = devdax_fault_huge,
	.may_split = devdax_rule_may_split,
#ifndef HAVE_CHANGE_HUGE_PUD
	.mprotect = vma_mprotect,
#endif
	.pagesize = vma_pagesize,
};

/*
 * Neighbours of the same flags become one mapping, and what they are by their
 * private data is lost. VM_DONTEXPAND keeps a mapping by itself: so one that is
 * not inherited stays so beside one that is, and mremap() always makes a new
 * one.
 */
void devdax_vma_setup(struct vm_area_struct *vma, bool dontfork)
{
	struct devdax *devdax = vma->vm_file->private_data;
	unsigned long flags = VM_HUGEPAGE;

	if (dontfork) {
		flags |= VM_DONTCOPY | VM_DONTEXPAND;
		vma->vm_private_data = DEVDAX_RULE_DONTFORK;
	}
	if (devdax->align >= PUD_SIZE)
		flags |= VM_DONTEXPAND;
	vm_flags_set(vma, flags);
	vma->vm_ops = &ops;
}
