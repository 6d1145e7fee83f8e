/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_ADDRESS_MAP_H
#define CLI_ADDRESS_MAP_H

#include "cli/view.h"

/* What is where in the physical address space, as far as dax regions go. */

enum address_kind {
	ADDRESS_MOVABLE, /* online in a zone Movable */
	ADDRESS_KERNEL,	 /* online in a kernel zone */
	ADDRESS_OTHER,	 /* online, and in no zone of one kind */
	ADDRESS_OFFLINE, /* added, not online */
	ADDRESS_DEVDAX,	 /* exclusive, /dev/daxX.Y */
	ADDRESS_UNUSED,	 /* of a device, and neither of these */
	ADDRESS_FREE,	 /* of a region, and no device's */
	ADDRESS_KINDS,
};

/* How a kind is shown. */
struct address_symbol {
	const char *name;  /* in JSON */
	const char *help;  /* for a legend */
	const char *sign;  /* in Unicode, of one column */
	const char *ascii; /* the same */
	int style;	   /* enum terminal_style, or -1 */
	const char *fill;  /* its colour in SVG */
};
extern const struct address_symbol address_symbols[ADDRESS_KINDS];

struct address_span {
	struct phys_range range;
	enum address_kind kind;
	const struct plan_item *item; /* NULL: no device's */
};

/* A region: its spans ascend and leave nothing out. */
struct address_area {
	const struct facts_region *region;
	struct phys_range range;
	struct address_span *spans;
	size_t n_spans; /* 0: its addresses are unknown */
};

struct address_map {
	struct address_area *areas; /* ascending, those unknown at the end */
	size_t n_areas;
};

/* Returns 0 or -ENOMEM; to be released with address_map_done() in each case. */
int address_map_make(const struct view *view, struct address_map *ret);
void address_map_done(struct address_map *map);

/* What most of each of @n equal parts of @area is. */
void address_map_scale(const struct address_area *area, size_t n,
		       enum address_kind *ret);

/* Where a device begins and ends, in parts of an area. */
struct address_extent {
	const struct plan_item *item;
	size_t begin, end;
};

/* The device that begins at the span *next, which is then behind it, where the
 * area has @n parts. False: there are no more. */
bool address_map_next(const struct address_area *area, size_t n, size_t *next,
		      struct address_extent *ret);

/* The first name that is given to its node, or NULL. */
const char *address_map_node_name(const struct address_area *area);

/* "region0: hmem, 8G at 0x100000000-0x2ffffffff, node 1 (capacity)", to be
 * freed; NULL: out of memory. */
char *address_map_title(const struct address_area *area);

#endif
