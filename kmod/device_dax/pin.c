// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nothing says when a reference goes, so all pages are read. Where page tables
 * hold references, mappings are subtracted: while pages are mapped and unmapped
 * the sum may be wrong for a moment. It is exact when no file is open.
 */
#include "device_dax/pin.h"

#include <linux/mm.h>
#include <linux/page_ref.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "compat/mapping.h"
#include "device_dax/memmap.h"

/* What the memory map itself holds on each page. */
#define IDLE_REFS 1

/* Pages that are read between two chances for others to run. */
#define BATCH 4096

/*
 * On a base page, a pin counts as many references; a large one is referenced
 * once for each.
 */
static unsigned int pins_of(struct folio *folio)
{
	int own = IDLE_REFS + device_folio_mapcount(folio);
	unsigned int pins = max(folio_ref_count(folio), own) - own;

	if (folio_test_large(folio) || pins < GUP_PIN_COUNTING_BIAS)
		return pins;
	return pins / GUP_PIN_COUNTING_BIAS + pins % GUP_PIN_COUNTING_BIAS;
}

/* Returns whether to go on. A scan of a large device takes a while. */
static bool rest(unsigned long nr)
{
	if (nr % BATCH)
		return true;
	cond_resched();
	return !fatal_signal_pending(current);
}

int devdax_pins(const struct devdax_memmap *memmap, u64 *ret_pins)
{
	unsigned long step = PHYS_PFN(memmap->align), i;
	const struct devdax_range *range;
	u64 pins = 0;

	for (range = memmap->ranges; range < memmap->ranges + memmap->nr;
	     range++)
		for (i = 0; i < range->nr; i += step) {
			pins += pins_of(pfn_folio(range->pfn + i));
			if (!rest(i / step))
				return -EINTR;
		}
	*ret_pins = pins;
	return 0;
}

/* The first pinned page from @memmap->pinned on. */
static bool find_from_there(struct devdax_memmap *memmap)
{
	unsigned long step = PHYS_PFN(memmap->align);
	struct devdax_pin_position *at = &memmap->pinned;

	for (; at->range < memmap->nr; at->range++, at->page = 0)
		for (; at->page < memmap->ranges[at->range].nr;
		     at->page += step) {
			unsigned long pfn = memmap->ranges[at->range].pfn;

			if (pins_of(pfn_folio(pfn + at->page)))
				return true;
			rest(at->page / step);
		}
	return false;
}

bool devdax_pins_any(struct devdax_memmap *memmap)
{
	bool is_start = !memmap->pinned.range && !memmap->pinned.page;

	if (find_from_there(memmap))
		return true;
	memmap->pinned = (struct devdax_pin_position){};
	return !is_start && find_from_there(memmap);
}

/*
 * A task that lets go of a page that it has written to follows the page's
 * mapping.
 */
void devdax_pins_forget(struct devdax_memmap *memmap)
{
	unsigned long step = PHYS_PFN(memmap->align), i;
	const struct devdax_range *range;

	for (range = memmap->ranges; range < memmap->ranges + memmap->nr;
	     range++)
		for (i = 0; i < range->nr; i += step) {
			struct folio *folio = pfn_folio(range->pfn + i);

			WRITE_ONCE(folio->mapping, NULL);
			rest(i / step);
		}
	memmap->pgmap->ops = NULL;
}
