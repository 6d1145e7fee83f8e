/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_MAP_SVG_H
#define CLI_MAP_SVG_H

#include "cli/address-map.h"

/*
 * An SVG document of the maps of one machine after the other. The size of the
 * picture stands at its beginning, so it is put together in memory.
 */
struct map_svg {
	char *body;
	double height;
	unsigned int used; /* kinds, a bit each */
};

/* Adds a machine. Returns 0 or -ENOMEM. */
int map_svg_add(struct map_svg *svg, const struct view *view,
		const struct address_map *map);

/* Prints the document, and frees what @svg has. */
void map_svg_print(struct map_svg *svg);

#endif
