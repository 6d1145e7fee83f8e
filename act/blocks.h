/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_BLOCKS_H
#define ACT_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/model/model.h"
#include "policy/values.h"

/*
 * The memory blocks of a plan, brought into a state and put back. Every call
 * reads each block anew.
 */
struct blocks {
	int root_fd;
	const uint64_t *ids; /* borrowed */
	size_t n;
	struct facts_block *before; /* as they were when work began; state is
				     * FACTS_BLOCK_UNKNOWN for one that did not
				     * exist or could not be read */
	uint64_t failed; /* id of the block that the last error is about */
};

/* Remembers how the @n blocks @ids (borrowed) are now. -ENOMEM. */
int blocks_init(struct blocks *blocks, int root_fd, const uint64_t *ids,
		size_t n);
/* The same with how they were at an earlier time: @before is copied. */
int blocks_init_before(struct blocks *blocks, int root_fd, const uint64_t *ids,
		       size_t n, const struct facts_block *before);
void blocks_done(struct blocks *blocks);

/*
 * Takes offline those that are online: all, or with another @zone than
 * POLICY_ZONE_AUTO those that are not online in it. Goes on to try a block
 * that is busy a few times. Negative errno of the block that stays.
 */
int blocks_offline(struct blocks *blocks, enum policy_zone zone);

/*
 * Brings all online in @zone, taking off what another agent put elsewhere
 * meanwhile. Negative errno; -EXDEV when another agent keeps changing one.
 */
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

/* The two halves of going back to how they were: what is online now and was
 * not, or was in another zone, goes offline; what was online goes online again
 * in its zone. -ENOENT: but for those that are gone. */
int blocks_undo_online(struct blocks *blocks);
int blocks_undo_offline(struct blocks *blocks);

#endif
