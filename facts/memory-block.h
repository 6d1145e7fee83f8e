/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_MEMORY_BLOCK_H
#define FACTS_MEMORY_BLOCK_H

#include "facts/reader.h"

/*
 * Fills the snapshot's blocks and those of its devices, which are read by now,
 * as are the nodes. A large machine has 10^5 blocks: their names are listed
 * once, but only the files of the wanted ones are opened.
 */
void memory_blocks_read(struct facts_reader *reader);

/*
 * Reads the memory block memory@id below @root_fd (act/ looks at single blocks
 * with it while it works). Returns 0 and fills *ret; -ENOENT when there is no
 * such block; another negative errno when its state cannot be read.
 */
int memory_block_read(int root_fd, uint64_t id, struct facts_block *ret);

#endif
