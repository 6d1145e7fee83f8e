// SPDX-License-Identifier: GPL-2.0-only
/* A mapping's flags are changed by functions (since 6.3). */
#include <linux/mm.h>

void probe(struct vm_area_struct *vma)
{
	vm_flags_set(vma, VM_HUGEPAGE);
}
