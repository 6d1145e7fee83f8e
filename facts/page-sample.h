/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_PAGE_SAMPLE_H
#define FACTS_PAGE_SAMPLE_H

#include <stddef.h>

#include "basic/range.h"
#include "facts/model/page-kind.h"

/* What memory is in use for, by some of its pages: quick, and near enough to
 * compare. */

/* Opens what the next one reads: a descriptor or a negative errno. */
int page_sample_open(int root_fd);

/* Counts @n pages that are spread over @range evenly, by their kind. 0 or a
 * negative errno. */
int page_sample_count(int fd, struct phys_range range, size_t n,
		      unsigned int counts[FACTS_PAGE_KINDS]);

#endif
