/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_MEMORY_BLOCK_H
#define FACTS_MEMORY_BLOCK_H

#include <stdint.h>

#include "facts/model/model.h"

/* Below the root. */
#define MEMORY_BLOCKS_DIR "sys/devices/system/memory"

/*
 * Reads the memory block memory@id below @root_fd. Returns 0 and fills *ret;
 * -ENOENT when there is no such block; another negative errno when its state
 * cannot be read.
 */
int memory_block_read(int root_fd, uint64_t id, struct facts_block *ret);

/* The folder of all blocks, for those who read many: a descriptor, or a
 * negative errno. */
int memory_block_open_all(int root_fd);

/* The same as memory_block_read() in that folder. */
int memory_block_read_at(int dir_fd, uint64_t id, struct facts_block *ret);

/* The same where the node is known, or is of no interest: it takes more than
 * the rest to find. */
int memory_block_read_on(int dir_fd, uint64_t id, int node,
			 struct facts_block *ret);

#endif
