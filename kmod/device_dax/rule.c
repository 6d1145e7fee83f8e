// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a mapping must be like: shared, and made of whole pages of the device's
 * alignment, at addresses and offsets of that alignment. The reason of a
 * refusal is in the log.
 */
#include <linux/mm.h>
#include <linux/sched.h>

#include "devdax.h"

#define refuse(devdax, format, ...)                                            \
	dev_info_ratelimited((devdax)->dev, "%s[%d]: refused: " format "\n",   \
			     current->comm, task_pid_nr(current), __VA_ARGS__)

static bool is_aligned(struct devdax *devdax, struct vm_area_struct *vma)
{
	u64 offset = (u64)vma->vm_pgoff << PAGE_SHIFT;

	if (!IS_ALIGNED(vma->vm_start | vma->vm_end, devdax->align)) {
		refuse(devdax, "addresses %#lx-%#lx are no multiples of %#lx",
		       vma->vm_start, vma->vm_end, devdax->align);
		return false;
	}
	if (!IS_ALIGNED(offset, devdax->align)) {
		refuse(devdax, "offset %#llx is no multiple of %#lx", offset,
		       devdax->align);
		return false;
	}
	return true;
}

/**
 * devdax_check_vma() - may there be such a mapping?
 * @devdax: the device
 * @vma: the mapping
 *
 * In a section of dax_read_lock().
 *
 * Return: 0, -ENXIO if the device is dead, or -EINVAL.
 */
int devdax_check_vma(struct devdax *devdax, struct vm_area_struct *vma)
{
	if (!READ_ONCE(devdax->alive))
		return -ENXIO;
	if (!(vma->vm_flags & VM_MAYSHARE)) {
		refuse(devdax, "a private mapping (%#lx-%#lx)", vma->vm_start,
		       vma->vm_end);
		return -EINVAL;
	}
	return is_aligned(devdax, vma) ? 0 : -EINVAL;
}

/* munmap(), mprotect() and others that would make two mappings of one */
int devdax_may_split(struct vm_area_struct *vma, unsigned long address)
{
	struct devdax *devdax = vma->vm_file->private_data;

	if (IS_ALIGNED(address, devdax->align))
		return 0;
	refuse(devdax, "splitting at %#lx, no multiple of %#lx", address,
	       devdax->align);
	return -EINVAL;
}

/* Where mremap() has moved it to. On failure it moves it back. */
int devdax_mremap(struct vm_area_struct *vma)
{
	return is_aligned(vma->vm_file->private_data, vma) ? 0 : -EINVAL;
}
