// SPDX-License-Identifier: GPL-2.0-only
/* mprotect() knows pages of PUD_SIZE (since 6.12). */
#include <linux/mm.h>

/* Only after mm.h. */
#include <linux/huge_mm.h>

int probe(struct mmu_gather *tlb, struct vm_area_struct *vma, pud_t *pud,
	  pgprot_t prot)
{
	return change_huge_pud(tlb, vma, pud, 0, prot, 0);
}
