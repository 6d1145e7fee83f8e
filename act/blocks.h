/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_BLOCKS_H
#define ACT_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/model/model.h"
#include "policy/values.h"

/* Brings the memory blocks of a plan into a state, and back. Every call reads
 * each block anew. */
struct blocks {
	int root_fd;
	int dir_fd;	     /* their folder; -1 where there are none */
	const uint64_t *ids; /* borrowed */
	size_t n;
	struct facts_block *before; /* as they were when work began; state is
				     * FACTS_BLOCK_UNKNOWN for one that did not
				     * exist or could not be read */
	uint64_t failed; /* id of the block that the last error is about */
};

/* Remembers how the @n blocks @ids (borrowed) are now. -ENOMEM, or why their
 * folder cannot be opened. */
int blocks_init(struct blocks *blocks, int root_fd, const uint64_t *ids,
		size_t n);
/* Remembers how they were earlier: @before is copied. The same errors. */
int blocks_init_before(struct blocks *blocks, int root_fd, const uint64_t *ids,
		       size_t n, const struct facts_block *before);
void blocks_done(struct blocks *blocks);

/* Takes offline those that are online. With another @zone than
 * POLICY_ZONE_AUTO, those in that zone stay online. A block that is busy is
 * tried a few times. Negative errno of the block that stays. */
int blocks_offline(struct blocks *blocks, enum policy_zone zone);

/* Brings all online in @zone. What another agent puts in another zone meanwhile
 * goes offline first. Negative errno; -EXDEV when another agent keeps changing
 * one. */
int blocks_online(struct blocks *blocks, enum policy_zone zone);

/* The kernel's word for @zone: "online", "online_movable", "online_kernel". */
const char *blocks_online_word(enum policy_zone zone);

/* True when one of them exists and is not offline, or cannot be read. */
bool blocks_any_online(struct blocks *blocks);

/* True when one of them exists. */
bool blocks_any_present(struct blocks *blocks);

/* True when one of them existed when work began; or did not, and does now. */
bool blocks_any_before(const struct blocks *blocks);
bool blocks_any_added(const struct blocks *blocks);

/* The two halves of going back to how they were. The first takes offline what
 * was offline or in another zone. The second brings online again what was
 * online, in its zone; -ENOENT: only those that are gone are missing. */
int blocks_undo_online(struct blocks *blocks);
int blocks_undo_offline(struct blocks *blocks);

#endif
