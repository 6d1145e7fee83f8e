// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/pool-layout.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/size.h"
#include "policy/settings.h"

/* Regions larger than so many granules are no machine's. */
#define SLICES_MAX 65536

struct pool_draft {
	struct policy_layout *layout;
	const struct policy_pool *pool;
	const struct policy_extent *extent;
	const struct policy_grants *grants;
	size_t n_ranges; /* of all slices so far */
	size_t n_idle;
};

static struct phys_range whole(const struct policy_extent *extent)
{
	return (struct phys_range){ extent->start,
				    extent->start + extent->size - 1 };
}

struct policy_use policy_pool_layout_use(const struct policy_pool *pool,
					 const struct policy_grant *grant)
{
	struct policy_use use = pool->use;
	const struct policy_use none = { .mode = POLICY_MODE_DEVDAX };

	policy_settings_copy_use(&use, &none, NULL);
	use.exclusive = POLICY_EXCLUSIVE_TRY;
	use.fork_inheritance = POLICY_FORK_TRY_DROP;
	use.clear = grant->clear;
	return use;
}

static int check_extent(struct pool_draft *draft)
{
	const struct policy_extent *extent = draft->extent;

	if (extent->size == 0 || extent->align == 0)
		return policy_layout_set_fault(
			draft->layout, POLICY_LAYOUT_UNKNOWN,
			"the size or the alignment of the region "
			"cannot be read; root can read them");
	if (!extent->start_known ||
	    extent->size - 1 > UINT64_MAX - extent->start)
		return policy_layout_set_fault(
			draft->layout, POLICY_LAYOUT_UNKNOWN,
			"the start of the region is unknown");
	if (draft->pool->idle == POLICY_IDLE_SYSTEM_RAM &&
	    extent->block_size == 0)
		return policy_layout_set_fault(
			draft->layout, POLICY_LAYOUT_UNKNOWN,
			"this kernel cannot hot-plug memory, so "
			"nothing of it can be system-ram");
	return 0;
}

static bool is_of_pool(const struct pool_draft *draft,
		       const struct policy_grant *grant)
{
	return strcmp(grant->pool, draft->pool->name) == 0 &&
	       policy_grant_has(grant, whole(draft->extent));
}

/* Ranges are found by their index until all are there. */
static int add_slice(struct pool_draft *draft, const struct policy_slice *slice,
		     const struct phys_range *ranges, size_t n)
{
	struct policy_layout *layout = draft->layout;
	struct policy_slice *added;

	if (layout->n_slices == SLICES_MAX)
		return policy_layout_set_fault(
			draft->layout, POLICY_LAYOUT_WASTE,
			"it would have more than %d devices; a "
			"larger Granule= makes them fewer",
			SLICES_MAX);
	if (ARRAY_GROW(layout->slices, layout->n_slices) < 0)
		return -ENOMEM;
	added = &layout->slices[layout->n_slices++];
	*added = *slice;
	added->offset = ranges[0].start - draft->extent->start;
	added->n_ranges = n;
	for (size_t i = 0; i < n; i++) {
		if (ARRAY_GROW(layout->ranges, draft->n_ranges) < 0)
			return -ENOMEM;
		layout->ranges[draft->n_ranges++] = ranges[i];
		added->size += phys_range_size(ranges[i]);
	}
	layout->unused -= added->size;
	return 0;
}

static int add_grant(struct pool_draft *draft, const struct policy_grant *grant)
{
	const uint64_t unit = grant->align > draft->extent->align
				      ? grant->align
				      : draft->extent->align;
	struct policy_slice slice = {
		.use = policy_pool_layout_use(draft->pool, grant),
		.align = grant->align,
		.grant = grant->id,
	};

	snprintf(slice.name, sizeof(slice.name), "lease-%016" PRIx64,
		 grant->id);
	for (size_t i = 0; i < grant->n_ranges; i++) {
		const struct phys_range range = grant->ranges[i];

		if (!phys_range_contains(whole(draft->extent), range))
			return policy_layout_set_fault(
				draft->layout, POLICY_LAYOUT_TOO_LARGE,
				"%s reaches beyond the region", slice.name);
		if (range.start % unit || phys_range_size(range) % unit)
			return policy_layout_set_fault(
				draft->layout, POLICY_LAYOUT_MISALIGNED,
				"%s has a range at %#" PRIx64
				" that is not aligned to %" PRIu64,
				slice.name, range.start, unit);
	}
	return add_slice(draft, &slice, grant->ranges, grant->n_ranges);
}

/* Only whole memory blocks become system RAM. */
static int add_idle(struct pool_draft *draft, struct phys_range range)
{
	const uint64_t block = draft->extent->block_size;
	const uint64_t unit =
		block > draft->extent->align ? block : draft->extent->align;
	const uint64_t lost =
		range.start % unit ? unit - range.start % unit : 0;
	const uint64_t size = phys_range_size(range);
	struct policy_slice slice = {
		.use = draft->pool->use,
		.align = draft->extent->align,
	};

	draft->layout->waste += size;
	if (size <= lost || size - lost < unit)
		return 0;
	range.start += lost;
	range.end = range.start + (size - lost) / unit * unit - 1;
	draft->layout->waste -= phys_range_size(range);
	snprintf(slice.name, sizeof(slice.name), "idle-%zu", draft->n_idle++);
	return add_slice(draft, &slice, &range, 1);
}

/* What nobody has from @start up to @behind, granule by granule. */
static int add_between(struct pool_draft *draft, uint64_t start,
		       uint64_t behind)
{
	const uint64_t granule =
		policy_pool_granule(draft->pool, draft->extent->block_size);
	int r = 0;

	while (start < behind && r == 0) {
		const uint64_t left = granule - start % granule;
		const uint64_t size =
			left < behind - start ? left : behind - start;

		r = add_idle(draft,
			     (struct phys_range){ start, start + size - 1 });
		start += size;
	}
	return r;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct phys_range *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* Between the @n ranges that leases have, in their order. */
static int add_around(struct pool_draft *draft, const struct phys_range *taken,
		      size_t n)
{
	const struct phys_range all = whole(draft->extent);
	uint64_t start = all.start;
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		r = add_between(draft, start, taken[i].start);
		start = taken[i].end + 1;
	}
	/* A range that ends the address space leaves nothing behind it. */
	if (r == 0 && start != 0 && start <= all.end)
		r = add_between(draft, start, all.end + 1);
	return r;
}

static int add_all_idle(struct pool_draft *draft)
{
	const size_t n = draft->n_ranges;
	struct phys_range *taken = calloc(n + 1, sizeof(*taken));
	int r;

	if (!taken)
		return -ENOMEM;
	if (n > 0) {
		memcpy(taken, draft->layout->ranges, n * sizeof(*taken));
		qsort(taken, n, sizeof(*taken), compare_ranges);
	}
	r = add_around(draft, taken, n);
	free(taken);
	return r;
}

static int add_slices(struct pool_draft *draft)
{
	int r = 0;

	draft->layout->start = draft->extent->start;
	draft->layout->unused = draft->extent->size;
	for (size_t i = 0; i < draft->grants->n && r == 0; i++)
		if (is_of_pool(draft, &draft->grants->items[i]))
			r = add_grant(draft, &draft->grants->items[i]);
	if (r == 0 && draft->pool->idle == POLICY_IDLE_SYSTEM_RAM)
		r = add_all_idle(draft);
	if (r == 0)
		draft->layout->unused -= draft->layout->waste;
	return r;
}

static void link_ranges(struct pool_draft *draft)
{
	const struct phys_range *next = draft->layout->ranges;

	for (size_t i = 0; i < draft->layout->n_slices; i++) {
		draft->layout->slices[i].ranges = next;
		next += draft->layout->slices[i].n_ranges;
	}
}

int policy_pool_layout_make(const struct policy_pool *pool,
			    const struct policy_extent *extent,
			    const struct policy_grants *grants,
			    struct policy_layout **ret)
{
	_cleanup_policy_layout_ struct policy_layout *layout =
		calloc(1, sizeof(*layout));
	struct pool_draft draft = { layout, pool, extent, grants, 0, 0 };
	int r;

	if (!layout)
		return -ENOMEM;
	layout->fixed = true;
	r = check_extent(&draft);
	if (r == 0)
		r = add_slices(&draft);
	if (r >= 0)
		link_ranges(&draft);
	if (r == 0)
		r = policy_layout_describe(layout);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(layout);
	return 0;
}
