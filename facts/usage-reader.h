/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_USAGE_READER_H
#define FACTS_USAGE_READER_H

#include "facts/model/usage.h"

/* One reading of a usage. */
struct usage_reader {
	int root_fd;
	const struct facts_snapshot *snapshot;
	const struct facts_device *device;
	struct facts_usage *usage;
	uint64_t block_pages; /* pages of a memory block */
	uint64_t since;	      /* see facts_usage_read() */
};

#endif
