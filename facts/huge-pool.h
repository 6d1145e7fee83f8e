/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_HUGE_POOL_H
#define FACTS_HUGE_POOL_H

#include "facts/usage-reader.h"

/* Reads the pools of huge pages on the device's node, those that are empty
 * left out. 0 or -ENOMEM. */
int huge_pools_read(struct usage_reader *reader);

#endif
