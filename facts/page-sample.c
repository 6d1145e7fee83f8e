// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/page-sample.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "facts/root.h"

int page_sample_open(int root_fd)
{
	return root_open(root_fd, "proc/kpageflags", 0);
}

int page_sample_count(int fd, struct phys_range range, size_t n,
		      unsigned int counts[FACTS_PAGE_KINDS])
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	const uint64_t stride = phys_range_size(range) / n;

	memset(counts, 0, FACTS_PAGE_KINDS * sizeof(*counts));
	for (size_t i = 0; i < n; i++) {
		const uint64_t pfn = (range.start + i * stride) / page;
		uint64_t flags;
		ssize_t size = pread(fd, &flags, sizeof(flags),
				     (off_t)(pfn * sizeof(flags)));

		if (size != sizeof(flags))
			return size < 0 ? -errno : -ENODATA;
		counts[facts_page_kind(flags)]++;
	}
	return 0;
}
