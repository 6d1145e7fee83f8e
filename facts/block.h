/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_BLOCK_H
#define FACTS_BLOCK_H

#include <stdint.h>

#include "facts/snapshot.h"

/*
 * Reads the memory block memory@id below @root_fd (act/ looks at single blocks
 * with it while it works). Returns 0 and fills *ret; -ENOENT when there is no
 * such block; another negative errno when its state cannot be read.
 */
int facts_block_read(int root_fd, uint64_t id, struct facts_block *ret);

#endif
