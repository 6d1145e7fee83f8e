/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_PERFORMANCE_H
#define FACTS_PERFORMANCE_H

#include "facts/reader.h"

/* Reads the figures in @dir; they are there only where the firmware has
 * them. */
void performance_read(struct facts_reader *reader, const char *dir,
		      struct facts_performance *performance);

#endif
