// SPDX-License-Identifier: GPL-2.0-only
#include "device_dax/rule.h"

#include <linux/mm.h>
#include <linux/sched.h>

#include "device_dax/devdax.h"

#define refuse(devdax, format, ...)                                          \
	dev_info_ratelimited((devdax)->dev, "%s[%d]: refused: " format "\n", \
			     current->comm, task_pid_nr(current), __VA_ARGS__)

int devdax_rule_check_area(struct devdax *devdax, unsigned long start,
			   unsigned long length)
{
	if (IS_ALIGNED(start | length, devdax->align))
		return 0;
	refuse(devdax, "%#lx bytes at %#lx: not both are multiples of %#lx",
	       length, start, devdax->align);
	return -EINVAL;
}

static int check_offset(struct devdax *devdax, pgoff_t pgoff)
{
	u64 offset = (u64)pgoff << PAGE_SHIFT;

	if (IS_ALIGNED(offset, devdax->align))
		return 0;
	refuse(devdax, "offset %#llx is no multiple of %#lx", offset,
	       devdax->align);
	return -EINVAL;
}

int devdax_rule_check_vma(struct devdax *devdax, struct vm_area_struct *vma)
{
	int rc;

	if (!READ_ONCE(devdax->alive))
		return -ENXIO;
	if (!(vma->vm_flags & VM_MAYSHARE)) {
		refuse(devdax, "a private mapping (%#lx-%#lx)", vma->vm_start,
		       vma->vm_end);
		return -EINVAL;
	}
	rc = devdax_rule_check_area(devdax, vma->vm_start,
				    vma->vm_end - vma->vm_start);
	if (rc)
		return rc;
	return check_offset(devdax, vma->vm_pgoff);
}

/* munmap(), mprotect() and others that would make two mappings of one */
int devdax_rule_may_split(struct vm_area_struct *vma, unsigned long address)
{
	struct devdax *devdax = vma->vm_file->private_data;

	if (IS_ALIGNED(address, devdax->align))
		return 0;
	refuse(devdax, "splitting at %#lx, no multiple of %#lx", address,
	       devdax->align);
	return -EINVAL;
}
