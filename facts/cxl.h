/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_CXL_H
#define FACTS_CXL_H

#include "facts/reader.h"

/* Fills memdevs from the targets of the CXL region at @dir
 * (Documentation/ABI/testing/sysfs-bus-cxl). */
void cxl_read_memdevs(struct facts_reader *reader, const char *dir,
		      struct facts_region *region);

#endif
