/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_DAX_RANGE_H
#define FACTS_DAX_RANGE_H

#include "facts/reader.h"

/* Reads the device's mappingN/{start,end} below @dir into its ranges, which
 * then ascend; ranges_known is true unless one of them could not be read. */
void dax_ranges_read(struct facts_reader *reader, const char *dir,
		     struct facts_device *device);

#endif
