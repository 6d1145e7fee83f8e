/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_PAGE_KIND_H
#define FACTS_PAGE_KIND_H

#include <stdint.h>

/* What a page of memory is in use for, as far as it matters to taking its
 * memory block offline. */
enum facts_page_kind {
	FACTS_PAGE_NONE, /* there is no page: its block is offline */
	FACTS_PAGE_FREE,
	FACTS_PAGE_ANON, /* of processes, and mapped by one */
	FACTS_PAGE_FILE, /* the page cache, tmpfs and shared memory too */
	FACTS_PAGE_MLOCKED,
	FACTS_PAGE_HELD, /* was a process's, and no process maps it now */
	FACTS_PAGE_HUGETLB,
	FACTS_PAGE_SLAB,
	FACTS_PAGE_TABLE,     /* page tables */
	FACTS_PAGE_RESERVED,  /* the memmap of a block may be such */
	FACTS_PAGE_BALLOONED, /* given to the hypervisor */
	FACTS_PAGE_POISONED,  /* a memory error was found in it */
	/* Other memory of the kernel. Pages that a processor has set aside
	 * as free look the same. */
	FACTS_PAGE_KERNEL,
	FACTS_PAGE_KINDS,
};

/* From a page's word of /proc/kpageflags (Documentation/admin-guide/mm/
 * pagemap.rst). */
enum facts_page_kind facts_page_kind(uint64_t flags);

/* "anon", "slab", ... */
const char *facts_page_kind_name(enum facts_page_kind kind);

#endif
