// SPDX-License-Identifier: GPL-2.0-only
/* Nothing says when a reference goes, so all pages are read. */
#include "device_dax/pin.h"

#include <linux/mm.h>
#include <linux/page_ref.h>
#include <linux/sched.h>

#include "device_dax/memmap.h"

/* What the memory map itself holds on each page. */
#define IDLE_REFS 1

/* Pages that are read between two chances for others to run. */
#define BATCH 4096

/*
 * On a base page, a pin counts as many references; a large one is referenced
 * once for each.
 */
static unsigned int refs_of(struct page *page, bool is_large)
{
	unsigned int refs = max(page_ref_count(page), IDLE_REFS) - IDLE_REFS;

	if (is_large || refs < GUP_PIN_COUNTING_BIAS)
		return refs;
	return refs / GUP_PIN_COUNTING_BIAS + refs % GUP_PIN_COUNTING_BIAS;
}

static u64 range_pins(const struct devdax_range *range, unsigned long step)
{
	unsigned long i;
	u64 pins = 0;

	for (i = 0; i < range->nr; i += step) {
		pins += refs_of(pfn_to_page(range->pfn + i), step > 1);
		if (!(i / step % BATCH))
			cond_resched();
	}
	return pins;
}

u64 devdax_pins(const struct devdax_memmap *memmap)
{
	u64 pins = 0;
	int i;

	for (i = 0; i < memmap->nr; i++)
		pins += range_pins(&memmap->ranges[i], PHYS_PFN(memmap->align));
	return pins;
}

/*
 * A task that lets go of a page that it has written to follows the page's
 * mapping.
 */
void devdax_pins_forget(struct devdax_memmap *memmap)
{
	unsigned long step = PHYS_PFN(memmap->align), i;
	int range;

	for (range = 0; range < memmap->nr; range++)
		for (i = 0; i < memmap->ranges[range].nr; i += step) {
			struct page *page =
				pfn_to_page(memmap->ranges[range].pfn + i);

			WRITE_ONCE(page->mapping, NULL);
		}
	memmap->pgmap->ops = NULL;
}
