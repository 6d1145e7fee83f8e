/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_USAGE_PRIVATE_H
#define FACTS_USAGE_PRIVATE_H

#include "facts/usage.h"

/* One reading of a usage. */
struct usage_reader {
	int root_fd;
	const struct facts_snapshot *snapshot;
	const struct facts_device *device;
	struct facts_usage *usage;
	uint64_t block_pages; /* pages of a memory block */
};

/* The online block of the device that has the page, or NULL. */
struct facts_block_pages *usage_find_block(const struct usage_reader *reader,
					   uint64_t pfn);

/* Counts the pages of all online blocks. 0 or -ENOMEM. */
int usage_read_pages(struct usage_reader *reader);

/* What the page is now; FACTS_PAGE_NONE too when that cannot be read. */
enum facts_page_kind usage_page_kind(const struct usage_reader *reader,
				     uint64_t pfn);

/* The kernel's own words on what hindered it: from kmem's last_error, and
 * else from the kernel's log. 0 or -ENOMEM. */
int usage_read_suspects(struct usage_reader *reader);

/* The processes, after the blocks and the suspects. 0, -ENOMEM, or the error
 * of opening proc. */
int usage_read_residents(struct usage_reader *reader);

/* Buffers that the process has registered with io_uring, among *ranges of
 * virtual addresses (START-END, END included); and what else it has open that
 * pins memory. 0 or -ENOMEM. */
int usage_read_pins(struct usage_reader *reader,
		    struct facts_resident *resident, struct phys_range **ranges,
		    size_t *n);

#endif
