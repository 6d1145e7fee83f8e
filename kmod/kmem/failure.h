/* SPDX-License-Identifier: GPL-2.0-only */
/* What a step that failed leaves: the last error, and a line in the log. */
#ifndef KMEM_FAILURE_H
#define KMEM_FAILURE_H

#include "kmem/error.h"

struct kmem_memory;
struct kmem_range;
struct memory_block;

/*
 * In all of them @err is a negative errno. The last error stays as it is if an
 * earlier failure of the same transition has set it.
 */

/* kmem_failure() - of the transition as a whole; nothing is logged */
void kmem_failure(struct kmem_memory *memory, enum kmem_step step, bool plug,
		  int err);

/* kmem_failure_range() - @step is KMEM_RESERVE or KMEM_ADD */
void kmem_failure_range(struct kmem_memory *memory,
			const struct kmem_range *range, enum kmem_step step,
			int err);

/*
 * kmem_failure_block() - @step is KMEM_ONLINE, KMEM_OFFLINE or KMEM_REMOVE.
 * @block may be NULL: it is not known which.
 */
void kmem_failure_block(struct kmem_memory *memory,
			const struct kmem_range *range,
			struct memory_block *block, enum kmem_step step,
			int err);

#endif /* KMEM_FAILURE_H */
