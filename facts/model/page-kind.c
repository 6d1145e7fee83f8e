// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/model/page-kind.h"

#include <assert.h>
#include <linux/kernel-page-flags.h>
#include <stdbool.h>

#include "basic/cleanup.h"

/* Shown since 2.6.32, but not in the header for programs: see
 * include/linux/kernel-page-flags.h. */
#define KPF_RESERVED 32
#define KPF_MLOCKED 33

#define FLAG(name) (UINT64_C(1) << KPF_##name)

/* That a process or the page cache has it, or had it. */
#define USER_FLAGS                                                     \
	(FLAG(LRU) | FLAG(ANON) | FLAG(MMAP) | FLAG(THP) | FLAG(KSM) | \
	 FLAG(SWAPBACKED) | FLAG(UNEVICTABLE) | FLAG(ZERO_PAGE))

static enum facts_page_kind user_kind(uint64_t flags)
{
	if (flags & FLAG(MLOCKED))
		return FACTS_PAGE_MLOCKED;
	if (!(flags & FLAG(ANON)))
		return FACTS_PAGE_FILE;
	if (!(flags & (FLAG(MMAP) | FLAG(SWAPCACHE) | FLAG(KSM))))
		return FACTS_PAGE_HELD;
	return FACTS_PAGE_ANON;
}

enum facts_page_kind facts_page_kind(uint64_t flags)
{
	static const struct {
		uint64_t flag;
		enum facts_page_kind kind;
	} marks[] = {
		{ FLAG(NOPAGE), FACTS_PAGE_NONE },
		{ FLAG(HWPOISON), FACTS_PAGE_POISONED },
		{ FLAG(BUDDY), FACTS_PAGE_FREE },
		{ FLAG(HUGE), FACTS_PAGE_HUGETLB },
		{ FLAG(SLAB), FACTS_PAGE_SLAB },
		{ FLAG(PGTABLE), FACTS_PAGE_TABLE },
		{ FLAG(OFFLINE), FACTS_PAGE_BALLOONED },
		{ FLAG(RESERVED), FACTS_PAGE_RESERVED },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(marks); i++)
		if (flags & marks[i].flag)
			return marks[i].kind;
	return flags & USER_FLAGS ? user_kind(flags) : FACTS_PAGE_KERNEL;
}

const char *facts_page_kind_name(enum facts_page_kind kind)
{
	static const char *const names[FACTS_PAGE_KINDS] = {
		[FACTS_PAGE_NONE] = "none",
		[FACTS_PAGE_FREE] = "free",
		[FACTS_PAGE_ANON] = "anon",
		[FACTS_PAGE_FILE] = "file",
		[FACTS_PAGE_MLOCKED] = "mlocked",
		[FACTS_PAGE_HELD] = "held",
		[FACTS_PAGE_HUGETLB] = "hugetlb",
		[FACTS_PAGE_SLAB] = "slab",
		[FACTS_PAGE_TABLE] = "page-table",
		[FACTS_PAGE_RESERVED] = "reserved",
		[FACTS_PAGE_BALLOONED] = "ballooned",
		[FACTS_PAGE_POISONED] = "poisoned",
		[FACTS_PAGE_KERNEL] = "kernel",
	};

	assert(kind < FACTS_PAGE_KINDS);
	return names[kind];
}
