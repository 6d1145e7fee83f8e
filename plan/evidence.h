/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_EVIDENCE_H
#define PLAN_EVIDENCE_H

#include "basic/size.h"
#include "facts/model/model.h"
#include "facts/model/usage.h"

/* What a diagnosis is made from. */
struct evidence {
	const struct facts_snapshot *snapshot;
	const struct facts_device *device;
	const struct facts_usage *usage;
	uint64_t pages[FACTS_PAGE_KINDS]; /* of all blocks */
	bool kernel_zone;		  /* a block is in one */
};

/* Counts what @usage has of each block. */
void evidence_count(struct evidence *evidence);

/* "2M": the size of so many pages of the usage. */
const char *evidence_size(const struct evidence *evidence, uint64_t pages,
			  char buf[SIZE_FORMAT_MAX]);

#endif
