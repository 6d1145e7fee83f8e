/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_MAP_TEXT_H
#define CLI_MAP_TEXT_H

#include "cli/address-map.h"

/* A map in characters, as wide as the terminal. The kinds that it shows are
 * added to @used, one bit each. Returns 0 or -ENOMEM. */
int map_text_print(const struct view *view, const struct address_map *map,
		   unsigned int *used);

/* What the signs of these kinds mean. */
void map_text_legend(unsigned int used);

#endif
