/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_PINS_H
#define FACTS_PINS_H

#include "basic/range.h"
#include "facts/usage-reader.h"

/* Adds buffers that the process has registered with io_uring to *ranges of
 * virtual addresses (START-END, END included), to be freed also on failure; and
 * sets what else it has open that pins memory. 0 or -ENOMEM. */
int pins_read(struct usage_reader *reader, struct facts_resident *resident,
	      struct phys_range **ranges, size_t *n);

#endif
