// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/nearest.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#define NAME_LENGTH_MAX 40

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static int same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* One cell of the table of distances between the beginnings of a and b: the
 * last three rows are kept, the current one is rows[2]. */
static size_t cell(size_t rows[3][NAME_LENGTH_MAX + 1], const char *a,
		   const char *b, size_t i, size_t j)
{
	size_t best = rows[1][j - 1] + !same(a[i - 1], b[j - 1]);

	best = least(best, rows[1][j] + 1);
	best = least(best, rows[2][j - 1] + 1);
	if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
	    same(a[i - 2], b[j - 1]))
		best = least(best, rows[0][j - 2] + 1);
	return best;
}

size_t nearest_distance(const char *a, const char *b)
{
	size_t rows[3][NAME_LENGTH_MAX + 1] = { 0 };
	size_t a_length = strlen(a), b_length = strlen(b);

	if (a_length > NAME_LENGTH_MAX || b_length > NAME_LENGTH_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_length; j++)
		rows[2][j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		memmove(rows[0], rows[1], 2 * sizeof(rows[0]));
		rows[2][0] = i;
		for (size_t j = 1; j <= b_length; j++)
			rows[2][j] = cell(rows, a, b, i, j);
	}
	return rows[2][b_length];
}

void nearest_init(struct nearest *nearest, const char *name)
{
	*nearest = (struct nearest){ .name = name };
}

void nearest_try(struct nearest *nearest, const char *known)
{
	size_t distance = nearest_distance(nearest->name, known);
	size_t limit = strlen(known) / 3;

	/* Two thirds of it must be right; one slip is always forgiven. */
	if (limit == 0)
		limit = 1;
	if (distance > limit)
		return;
	if (nearest->best && distance >= nearest->distance)
		return;
	nearest->best = known;
	nearest->distance = distance;
}
