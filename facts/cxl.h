/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_CXL_H
#define FACTS_CXL_H

#include "facts/reader.h"

/* Fills what the CXL region has of a dax region: start, uuid, memdevs and
 * performance (Documentation/ABI/testing/sysfs-bus-cxl). @dir is dax_regionN,
 * a child of the CXL region, below the root. */
void cxl_read(struct facts_reader *reader, const char *dir,
	      struct facts_region *region);

#endif
