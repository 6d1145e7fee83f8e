// SPDX-License-Identifier: GPL-2.0-only
/* Device pages are mapped by their number, without references (until 6.14). */
#include <linux/mm.h>

/* Only after mm.h. */
#include <linux/huge_mm.h>
#include <linux/pfn_t.h>

/* exported: vmf_insert_mixed */
vm_fault_t probe(struct vm_fault *vmf, pfn_t pfn)
{
	return vmf_insert_pfn_pmd(vmf, pfn, true) |
	       vmf_insert_mixed(vmf->vma, vmf->address, pfn);
}
