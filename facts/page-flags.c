// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/page-flags.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "basic/array.h"
#include "basic/cleanup.h"
#include "facts/root.h"

#define PAGE_FLAGS "proc/kpageflags"

/* Words of the file that are read at once. */
#define CHUNK 4096

static int compare_ids(const void *a, const void *b)
{
	const struct facts_block_pages *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

struct facts_block_pages *page_flags_block(const struct usage_reader *reader,
					   uint64_t pfn)
{
	const struct facts_usage *usage = reader->usage;
	struct facts_block_pages key = { .id = pfn / reader->block_pages };

	if (!usage->n_blocks)
		return NULL;
	return bsearch(&key, usage->blocks, usage->n_blocks, sizeof(key),
		       compare_ids);
}

static int list_blocks(struct usage_reader *reader)
{
	const struct facts_device *device = reader->device;
	struct facts_usage *usage = reader->usage;

	for (size_t i = 0; i < device->n_blocks; i++) {
		const struct facts_block *block =
			&reader->snapshot->blocks[device->blocks[i]];

		if (block->state == FACTS_BLOCK_OFFLINE)
			continue;
		if (ARRAY_GROW(usage->blocks, usage->n_blocks) < 0)
			return -ENOMEM;
		usage->blocks[usage->n_blocks++] =
			(struct facts_block_pages){ .id = block->id,
						    .zone = block->zone };
	}
	return 0;
}

/* The flags of up to @n pages from @pfn on: how many, or a negative errno. */
static ssize_t read_flags(int fd, uint64_t pfn, size_t n, uint64_t *flags)
{
	ssize_t size = pread(fd, flags, n * sizeof(*flags),
			     (off_t)(pfn * sizeof(*flags)));

	return size < 0 ? -errno : size / (ssize_t)sizeof(*flags);
}

/* False when the file ends before the block does, or says nothing. */
static bool count_block(int fd, uint64_t n_pages,
			struct facts_block_pages *block)
{
	uint64_t flags[CHUNK];
	ssize_t n;

	for (uint64_t done = 0; done < n_pages; done += (uint64_t)n) {
		size_t want = n_pages - done < CHUNK ? n_pages - done : CHUNK;

		n = read_flags(fd, block->id * n_pages + done, want, flags);
		if (n <= 0)
			return false;
		for (ssize_t i = 0; i < n; i++)
			block->n[facts_page_kind(flags[i])]++;
	}
	return true;
}

int page_flags_count(struct usage_reader *reader)
{
	struct facts_usage *usage = reader->usage;
	_cleanup_close_ int fd = -1;

	if (list_blocks(reader) < 0)
		return -ENOMEM;
	fd = root_open(reader->root_fd, PAGE_FLAGS, 0);
	if (fd < 0)
		return 0;
	usage->pages_known = true;
	for (size_t i = 0; i < usage->n_blocks && usage->pages_known; i++)
		usage->pages_known =
			count_block(fd, reader->block_pages, &usage->blocks[i]);
	return 0;
}

enum facts_page_kind page_flags_kind(const struct usage_reader *reader,
				     uint64_t pfn)
{
	_cleanup_close_ int fd = root_open(reader->root_fd, PAGE_FLAGS, 0);
	uint64_t flags;

	if (fd < 0 || read_flags(fd, pfn, 1, &flags) != 1)
		return FACTS_PAGE_NONE;
	return facts_page_kind(flags);
}
