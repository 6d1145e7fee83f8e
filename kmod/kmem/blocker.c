// SPDX-License-Identifier: GPL-2.0-only
#include "kmem/blocker.h"

#include <linux/hugetlb.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/page-flags.h>

#include "compat/page.h"

/**
 * struct suspect - the first page of a kind that may be the reason
 * @kind: what it is, or NULL
 * @pfn: where it is
 */
struct suspect {
	const char *kind;
	unsigned long pfn;
};

/* What kind of page it is, if it can never be moved; else NULL. */
static const char *immovable_kind(struct page *page, struct folio *folio)
{
	if (PageHWPoison(page))
		return "poisoned";
	if (PageReserved(page))
		return "reserved";
	if (PageOffline(page))
		return "offline";
	if (folio_test_slab(folio))
		return "slab";
	if (PageTable(&folio->page))
		return "pagetable";
	if (folio_test_hugetlb(folio))
		return NULL;
	if (folio_test_lru(folio))
		return folio_maybe_dma_pinned(folio) ? "pinned" : NULL;
	return page_has_movable_ops(&folio->page) ? NULL : "kernel";
}

/*
 * More references than its mappings and its owner explain. For large folios
 * not every kernel lets modules know.
 */
static bool has_foreign_references(struct folio *folio)
{
	int own;

	if (folio_test_large(folio))
		return false;
	own = atomic_read(&folio->_mapcount) + 1 + folio_test_private(folio) +
	      (folio_mapping(folio) || folio_test_swapcache(folio));
	return folio_ref_count(folio) > own;
}

/* What kind of page it is, if it can be moved only sometimes; else NULL. */
static const char *sticky_kind(struct folio *folio)
{
	if (folio_test_hugetlb(folio))
		return "hugetlb";
	if (folio_test_lru(folio) && has_foreign_references(folio))
		return "referenced";
	return NULL;
}

static void inspect(struct page *page, struct suspect *immovable,
		    struct suspect *sticky)
{
	struct folio *folio = page_folio(page);
	unsigned long pfn = page_to_pfn(page);

	if (PageBuddy(page))
		return;
	/* Slabs have no references in newer kernels. */
	if (!folio_ref_count(folio) && !folio_test_slab(folio)) {
		/* Free. But a free huge page may be reserved. */
		if (!folio_test_hugetlb(folio))
			return;
	} else {
		immovable->kind = immovable_kind(page, folio);
		immovable->pfn = pfn;
	}
	if (!immovable->kind && !sticky->kind) {
		sticky->kind = sticky_kind(folio);
		sticky->pfn = pfn;
	}
}

const char *kmem_blocker(struct memory_block *block, unsigned long *ret_pfn)
{
	unsigned long pfn = section_nr_to_pfn(block->start_section_nr);
	unsigned long end = pfn + PHYS_PFN(memory_block_size_bytes());
	struct suspect immovable = {}, sticky = {};
	struct page *page;

	for (; pfn < end && !immovable.kind; pfn++) {
		page = pfn_to_online_page(pfn);
		if (page && !PageVmemmapSelfHosted(page))
			inspect(page, &immovable, &sticky);
		if (!(pfn % PAGES_PER_SECTION))
			cond_resched();
	}
	if (!immovable.kind)
		immovable = sticky;
	*ret_pfn = immovable.pfn;
	return immovable.kind;
}
