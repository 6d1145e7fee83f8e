/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_NEAREST_H
#define BASIC_NEAREST_H

#include <stddef.h>

/*
 * What somebody meant who wrote a name that does not exist. Feed it all known
 * names, one by one, then read best: NULL when none is near.
 */
struct nearest {
	const char *name; /* as it was written */
	const char *best; /* the nearest known one so far, or NULL */
	size_t distance;  /* of best */
};

void nearest_init(struct nearest *nearest, const char *name);
void nearest_try(struct nearest *nearest, const char *known);

/*
 * The number of letters to insert, leave out, change or swap with their
 * neighbour to make @b of @a; case does not count. SIZE_MAX where one of them
 * is longer than any name we have.
 */
size_t nearest_distance(const char *a, const char *b);

#endif
