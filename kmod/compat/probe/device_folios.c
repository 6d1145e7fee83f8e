// SPDX-License-Identifier: GPL-2.0-only
/* Device pages are mapped as all others, with references (since 6.15). */
#include <linux/mm.h>

/* Only after mm.h. */
#include <linux/huge_mm.h>

/* exported: vmf_insert_folio_pmd */
/* exported: vmf_insert_folio_pud */
/* exported: vmf_insert_page_mkwrite */
vm_fault_t probe(struct vm_fault *vmf, struct folio *folio)
{
	return vmf_insert_page_mkwrite(vmf, &folio->page, true) |
	       vmf_insert_folio_pmd(vmf, folio, true) |
	       vmf_insert_folio_pud(vmf, folio, true);
}
