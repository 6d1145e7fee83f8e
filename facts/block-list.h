/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_BLOCK_LIST_H
#define FACTS_BLOCK_LIST_H

#include "facts/reader.h"

/* Below the root. */
#define BLOCKS_DIR "sys/devices/system/memory"

/*
 * Fills the snapshot's blocks and those of its devices, which are read by now,
 * as are the nodes. A large machine has 10^5 blocks: their names are listed
 * once, but only the files of the wanted ones are opened.
 */
void blocks_read(struct facts_reader *reader);

/* As facts_block_read(), for a block that is known to be on @node. */
int block_read_on(int root_fd, uint64_t id, int node, struct facts_block *ret);

#endif
