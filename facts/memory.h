/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_MEMORY_H
#define FACTS_MEMORY_H

#include "facts/reader.h"

/* Fills the snapshot's memory. */
void memory_read(struct facts_reader *reader);

#endif
