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

/*
 * The memory blocks of @block_size bytes (not 0) that lie wholly inside @range:
 * their number, and in *ret_first the id of the first (block N starts at
 * N * block_size). The kernel's kmem hot-plugs just these (dax_kmem_range()).
 */
static inline uint64_t phys_range_blocks(struct phys_range range,
					 uint64_t block_size,
					 uint64_t *ret_first)
{
	uint64_t first =
		range.start / block_size + (range.start % block_size != 0);
	uint64_t behind = range.end / block_size +
			  (range.end % block_size == block_size - 1);

	*ret_first = first;
	return behind > first ? behind - first : 0;
}

#endif
