// SPDX-License-Identifier: GPL-2.0-only
/* Faults may run without the lock of the mm, unless asked not to (since 6.4). */
#include <linux/mm.h>

void probe(struct vm_area_struct *vma)
{
	vma_start_write(vma);
}
