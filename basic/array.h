/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASIC_ARRAY_H
#define BASIC_ARRAY_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * Makes room for one more item in the array that *items points to, which has
 * @n items of @size bytes and was grown by nothing but this. The room doubles
 * whenever @n reaches a power of two, so no capacity has to be kept. Returns 0
 * or -ENOMEM with the array unchanged.
 */
static inline int array_grow(void **items, size_t n, size_t size)
{
	void *grown;

	if (n & (n - 1))
		return 0;
	grown = reallocarray(*items, n ? 2 * n : 1, size);
	if (!grown)
		return -ENOMEM;
	*items = grown;
	return 0;
}

#define ARRAY_GROW(items, n) array_grow((void **)&(items), n, sizeof(*(items)))

/* Of @n items of @size bytes that ascend by the number at @offset in each, the
 * first that has @wanted or more; @n: none has. */
static inline size_t array_bisect(const void *items, size_t n, size_t size,
				  size_t offset, uint64_t wanted)
{
	size_t low = 0, high = n;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		uint64_t number;

		memcpy(&number, (const char *)items + middle * size + offset,
		       sizeof(number));
		if (number < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

#define ARRAY_BISECT(items, n, member, wanted)   \
	array_bisect(items, n, sizeof(*(items)), \
		     offsetof(__typeof__(*(items)), member), wanted)

#endif
