// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/balance.h"

#include "plan/memmap.h"
#include "plan/zone.h"

/* There is one page of map for so many of memory (struct page, 64 bytes for 4
 * KiB). */
#define MEMMAP_SHARE 64

/* More than any machine has comes from a broken or hostile sysfs, and is not
 * to overflow. */
#define BYTES_MAX (INT64_MAX / 4)

static int64_t blocks_size(const struct facts_snapshot *snapshot, uint64_t n)
{
	uint64_t bytes;

	if (__builtin_mul_overflow(n, snapshot->kernel.block_size, &bytes) ||
	    bytes > BYTES_MAX)
		return BYTES_MAX;
	return (int64_t)bytes;
}

static int64_t saturate(int64_t a, int64_t b)
{
	int64_t sum = a + b;

	return sum > BYTES_MAX	  ? BYTES_MAX
	       : sum < -BYTES_MAX ? -BYTES_MAX
				  : sum;
}

void plan_balance_add(struct plan_balance *sum, const struct plan_balance *more)
{
	sum->movable = saturate(sum->movable, more->movable);
	sum->kernel = saturate(sum->kernel, more->kernel);
	sum->memmap = saturate(sum->memmap, more->memmap);
}

void plan_balance_expect(struct plan_balance *sum,
			 const struct plan_balance *more)
{
	struct plan_balance taken = *more;

	if (taken.movable < 0)
		taken.movable = 0;
	if (taken.memmap < 0)
		taken.memmap = 0;
	plan_balance_add(sum, &taken);
}

static void subtract_online(const struct facts_snapshot *snapshot,
			    const struct facts_device *device,
			    struct plan_balance *balance)
{
	uint64_t movable = 0, kernel = 0;

	for (size_t i = 0; i < device->n_blocks; i++) {
		const struct facts_block *b =
			&snapshot->blocks[device->blocks[i]];

		if (b->state != FACTS_BLOCK_ONLINE)
			continue;
		movable += b->zone == FACTS_ZONE_MOVABLE;
		kernel += b->zone == FACTS_ZONE_KERNEL;
	}
	balance->movable -= blocks_size(snapshot, movable);
	balance->kernel -= blocks_size(snapshot, kernel);
}

/* The map of @n of its blocks that is not in them. */
static int64_t memmap_size(const struct facts_snapshot *snapshot,
			   const struct facts_device *device, uint64_t n,
			   enum policy_memmap wanted)
{
	if (memmap_is_inside(snapshot, device, wanted))
		return 0;
	return blocks_size(snapshot, n) / MEMMAP_SHARE;
}

struct plan_balance plan_balance(const struct facts_snapshot *snapshot,
				 const struct facts_device *device,
				 const struct policy_use *use)
{
	const uint64_t n = use->mode == POLICY_MODE_SYSTEM_RAM
				   ? device->possible_blocks
				   : 0;
	struct plan_balance balance = {
		.memmap = memmap_size(snapshot, device, n,
				      use->memmap_on_memory) -
			  memmap_size(snapshot, device, device->n_blocks,
				      POLICY_MEMMAP_AUTO),
	};

	if (zone_is_movable(snapshot, device, use))
		balance.movable = blocks_size(snapshot, n);
	else
		balance.kernel = blocks_size(snapshot, n);
	subtract_online(snapshot, device, &balance);
	return balance;
}
