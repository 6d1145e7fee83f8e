/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_ACT_MATRIX_SHAPES_H
#define TESTS_ACT_MATRIX_SHAPES_H

#include <stdbool.h>
#include <stddef.h>

/* A plan's shape: from what to what; state as fake_state() has it, and with
 * @layout as fake_current_layout(). */
struct shape {
	const char *driver, *blocks, *settings, *wanted, *layout;
	enum { NO_MEMMAP, MEMMAP_OFF, MEMMAP_ON } memmap;
	bool daxbroker;	    /* only with daxbroker's kmem */
	const char *left;   /* as for fake_offer_kmem() */
	const char *grants; /* of a pool: Ranges= of its one lease */
	const char *clear;  /* of that lease, Clear=, which then has dax0.0, of
			     * 2M; state has fake_content() behind it */
	bool pmem; /* and Persistent=refuse; what is without a driver stays so
		    * then, so a job that was cut off is undone */
	const char *undone; /* or so, when it is undone; NULL: as before */
};

extern const struct shape shapes[];
extern const size_t n_shapes;

/* What is now, as @shape has it; in one buffer. */
const char *shape_state(const struct shape *shape);

#endif
