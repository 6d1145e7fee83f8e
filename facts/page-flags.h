/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_PAGE_FLAGS_H
#define FACTS_PAGE_FLAGS_H

#include "facts/usage-reader.h"

/* Counts the pages of all online blocks. 0 or -ENOMEM. */
int page_flags_count(struct usage_reader *reader);

/* The online block of the device that has the page, or NULL. */
struct facts_block_pages *page_flags_block(const struct usage_reader *reader,
					   uint64_t pfn);

/* What the page is now; FACTS_PAGE_NONE too when that cannot be read. */
enum facts_page_kind page_flags_kind(const struct usage_reader *reader,
				     uint64_t pfn);

#endif
