// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/evidence.h"

void evidence_count(struct evidence *evidence)
{
	const struct facts_usage *usage = evidence->usage;

	for (size_t i = 0; i < usage->n_blocks; i++) {
		evidence->kernel_zone |=
			usage->blocks[i].zone != FACTS_ZONE_MOVABLE;
		for (size_t kind = 0; kind < FACTS_PAGE_KINDS; kind++)
			if (kind != FACTS_PAGE_KERNEL ||
			    usage->blocks[i].zone != FACTS_ZONE_MOVABLE)
				evidence->pages[kind] +=
					usage->blocks[i].n[kind];
	}
}

const char *evidence_size(const struct evidence *evidence, uint64_t pages,
			  char buf[SIZE_FORMAT_MAX])
{
	return size_format(pages * evidence->usage->page_size, buf);
}
