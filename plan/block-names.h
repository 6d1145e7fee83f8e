/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_BLOCK_NAMES_H
#define PLAN_BLOCK_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* "memory32-39", or "memory32-39,48-55" for several runs of the @n ascending
 * ids; to be freed. NULL: no memory. */
char *block_names(const uint64_t *ids, size_t n);

#endif
