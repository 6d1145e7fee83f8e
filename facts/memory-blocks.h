/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_MEMORY_BLOCKS_H
#define FACTS_MEMORY_BLOCKS_H

#include "facts/reader.h"

/*
 * Fills the snapshot's blocks and those of its devices, which are read by now,
 * as are the nodes. A large machine has 10^5 blocks: their names are listed
 * once, but only the files of the wanted ones are opened, and of a device whose
 * kmem says what all of its blocks are, none.
 */
void memory_blocks_read(struct facts_reader *reader);

#endif
