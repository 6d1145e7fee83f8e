/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EXAMPLES_CACHE_MEMORY_H
#define EXAMPLES_CACHE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Keys with values in memory that outlives the process: a header, and records
 * one behind the other, the oldest of which make room for new ones. What is
 * where is kept outside of it, and found again by reading all records.
 *
 * The caller catches SIGBUS: examples/cache.c does.
 */
struct cache_memory;

#define CACHE_KEY_MAX 250

/* The mapped memory, and what stands for its content. Keeps what is there if it
 * was written with the same, else begins anew. NULL: out of memory. */
struct cache_memory *cache_memory_open(void *base, uint64_t size,
				       const char *incarnation);
void cache_memory_close(struct cache_memory *memory);

/* -EMSGSIZE: the value is too large; -ENOMEM; or 0. */
int cache_memory_set(struct cache_memory *memory, const char *key,
		     const void *value, size_t size);
/* The value, where it is until the next call; -ENOENT: there is none. */
int cache_memory_get(struct cache_memory *memory, const char *key,
		     const void **ret, size_t *ret_size);
int cache_memory_remove(struct cache_memory *memory, const char *key);

/* What is there is lost, and nothing is put there any more. */
void cache_memory_poison(struct cache_memory *memory, uint64_t offset,
			 uint64_t length);

struct cache_memory_numbers {
	uint64_t keys, bytes, restored, evicted, poisoned;
};
void cache_memory_count(const struct cache_memory *memory,
			struct cache_memory_numbers *ret);

#endif
