/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_DEVICE_BLOCK_H
#define FACTS_DEVICE_BLOCK_H

#include "facts/reader.h"

/* Sets blocks and possible_blocks of all devices from the snapshot's blocks;
 * the block size is not 0. */
void device_blocks_set(struct facts_reader *reader);

#endif
