// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/pagemap.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

#include "basic/cleanup.h"

/* Of a word. */
#define PRESENT (UINT64_C(1) << 63)
#define PFN ((UINT64_C(1) << 55) - 1)

/* Words that are read at once. */
#define CHUNK 4096

/* What headers before Linux 6.7 lack. */
#ifndef PAGEMAP_SCAN
#define PAGE_IS_PRESENT (1 << 3)
#define PAGEMAP_SCAN _IOWR('f', 16, struct pm_scan_arg)

struct page_region {
	uint64_t start, end; /* addresses; end is not included */
	uint64_t categories;
};

struct pm_scan_arg {
	uint64_t size, flags;
	uint64_t start, end, walk_end;
	uint64_t vec, vec_len, max_pages;
	uint64_t category_inverted, category_mask, category_anyof_mask;
	uint64_t return_mask;
};
#endif

/* Regions that the kernel is asked for at once. */
#define REGIONS 512

struct walk {
	int fd;
	uint64_t page_size;
	uint64_t *words;
	pagemap_page_fn page;
	void *userdata;
	bool enough; /* says who is called */
};

static void take_words(struct walk *walk, uint64_t first, const uint64_t *words,
		       size_t n)
{
	for (size_t i = 0; i < n && !walk->enough; i++)
		if (words[i] & PRESENT)
			walk->enough =
				!walk->page((first + i) * walk->page_size,
					    words[i] & PFN, walk->userdata);
}

/* As pagemap_walk(), of the pages from @page to before @behind. */
static bool read_words(struct walk *walk, uint64_t page, uint64_t behind)
{
	uint64_t words[CHUNK];

	while (page < behind && !walk->enough) {
		size_t want = behind - page < CHUNK ? behind - page : CHUNK;
		ssize_t n;

		if (want > *walk->words)
			return false;
		n = pread(walk->fd, words, want * sizeof(*words),
			  (off_t)(page * sizeof(*words)));
		n /= (ssize_t)sizeof(*words);
		if (n <= 0)
			return true; /* the process is gone, or its mapping */
		*walk->words -= (uint64_t)n;
		take_words(walk, page, words, (size_t)n);
		page += (uint64_t)n;
	}
	return true;
}

static bool read_regions(struct walk *walk, const struct page_region *regions,
			 size_t n)
{
	bool all = true;

	for (size_t i = 0; i < n && all; i++)
		all = read_words(walk, regions[i].start / walk->page_size,
				 regions[i].end / walk->page_size);
	return all;
}

/* Reads where pages are, from *start on. False: as pagemap_walk(). Where the
 * kernel does not say, *start is as far as it went. */
static bool scan(struct walk *walk, uint64_t *start, uint64_t behind)
{
	struct page_region regions[REGIONS];
	bool all = true;

	while (*start < behind && all && !walk->enough) {
		struct pm_scan_arg arg = {
			.size = sizeof(arg),
			.start = *start,
			.end = behind,
			.vec = (uintptr_t)regions,
			.vec_len = REGIONS,
			.category_mask = PAGE_IS_PRESENT,
			.return_mask = PAGE_IS_PRESENT,
		};
		int n = ioctl(walk->fd, PAGEMAP_SCAN, &arg);

		if (n < 0 || arg.walk_end <= *start)
			return true;
		all = read_regions(walk, regions, (size_t)n);
		*start = arg.walk_end;
	}
	return all;
}

bool pagemap_walk(int fd, const struct phys_range *range, uint64_t page_size,
		  uint64_t *words, pagemap_page_fn page, void *userdata)
{
	struct walk walk = { fd, page_size, words, page, userdata, false };
	uint64_t start = range->start, behind = range->end + 1;

	if (!scan(&walk, &start, behind))
		return false;
	return walk.enough ||
	       read_words(&walk, start / page_size, behind / page_size);
}
