// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nothing says when a reference goes, so all pages are read. Where page tables
 * hold references, mappings are subtracted: while pages are mapped and unmapped the
 * sum may be wrong for a moment. It is exact when no file is open.
 */
#include "device_dax/pin.h"

#include <linux/mm.h>
#include <linux/page_ref.h>
#include <linux/sched.h>

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

static u64 range_pins(const struct devdax_range *range, unsigned long step)
{
	unsigned long i;
	u64 pins = 0;

	for (i = 0; i < range->nr; i += step) {
		pins += pins_of(pfn_folio(range->pfn + i));
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
			struct folio *folio =
				pfn_folio(memmap->ranges[range].pfn + i);

			WRITE_ONCE(folio->mapping, NULL);
		}
	memmap->pgmap->ops = NULL;
}
