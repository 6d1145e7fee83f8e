/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_RANGE_H
#define BASIC_RANGE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A range of physical addresses in bytes, both ends included, as the kernel's
 * struct range and the mappingN/{start,end} attributes of a dax device have it.
 */
struct phys_range {
	uint64_t start;
	uint64_t end;
};

static inline uint64_t phys_range_size(struct phys_range r)
{
	return r.end - r.start + 1;
}

/* True when @inner lies wholly inside @outer. */
static inline bool phys_range_contains(struct phys_range outer,
				       struct phys_range inner)
{
	return outer.start <= inner.start && inner.end <= outer.end;
}

#endif
