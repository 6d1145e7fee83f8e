/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_PROVIDER_H
#define FACTS_PROVIDER_H

#include "facts/reader.h"

/* Fills the region's provider, and its uuid and memdevs where the provider has
 * such; @dir is the region's directory below the root. */
void provider_read(struct facts_reader *reader, const char *dir,
		   struct facts_region *region);

#endif
