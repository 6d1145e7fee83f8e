// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/blocks.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "act/write.h"
#include "basic/cleanup.h"
#include "facts/memory-block.h"

/* A page under I/O or on a per-CPU list makes one attempt fail, and not the
 * next. EBUSY is believed after this many attempts, with this pause between
 * them. */
#define OFFLINE_ATTEMPTS 4
#define OFFLINE_PAUSE_MS 50

/* So often may another agent be faster. */
#define ONLINE_ROUNDS 4

static const char *const online_words[] = {
	[POLICY_ZONE_AUTO] = "online",
	[POLICY_ZONE_MOVABLE] = "online_movable",
	[POLICY_ZONE_KERNEL] = "online_kernel",
};

const char *blocks_online_word(enum policy_zone zone)
{
	assert(zone < POLICY_ZONE_COUNT);
	return online_words[zone];
}

/* Which node it is of does not matter here. */
static int read_block(const struct blocks *blocks, size_t i,
		      struct facts_block *ret)
{
	return memory_block_read_on(blocks->dir_fd, blocks->ids[i], -1, ret);
}

static int start(struct blocks *blocks, int root_fd, const uint64_t *ids,
		 size_t n)
{
	*blocks = (struct blocks){
		.root_fd = root_fd, .dir_fd = -1, .ids = ids, .n = n
	};
	blocks->before = calloc(n + 1, sizeof(*blocks->before));
	if (!blocks->before)
		return -ENOMEM;
	if (n > 0)
		blocks->dir_fd = memory_block_open_all(root_fd);
	if (n > 0 && blocks->dir_fd < 0) {
		free(TAKE_PTR(blocks->before));
		return blocks->dir_fd;
	}
	return 0;
}

int blocks_init(struct blocks *blocks, int root_fd, const uint64_t *ids,
		size_t n)
{
	int r = start(blocks, root_fd, ids, n);

	for (size_t i = 0; i < n && r == 0; i++)
		if (read_block(blocks, i, &blocks->before[i]) < 0)
			blocks->before[i] = (struct facts_block){
				.id = ids[i], .state = FACTS_BLOCK_UNKNOWN
			};
	return r;
}

int blocks_init_before(struct blocks *blocks, int root_fd, const uint64_t *ids,
		       size_t n, const struct facts_block *before)
{
	int r = start(blocks, root_fd, ids, n);

	if (r == 0 && n)
		memcpy(blocks->before, before, n * sizeof(*before));
	return r;
}

void blocks_done(struct blocks *blocks)
{
	free(TAKE_PTR(blocks->before));
	if (blocks->dir_fd >= 0)
		close(TAKE_FD(blocks->dir_fd));
}

static int fail(struct blocks *blocks, size_t i, int error)
{
	blocks->failed = blocks->ids[i];
	return error;
}

static int set_state(struct blocks *blocks, size_t i, const char *word)
{
	return act_write(blocks->root_fd, word,
			 "sys/devices/system/memory/memory%" PRIu64 "/state",
			 blocks->ids[i]);
}

static bool in_zone(const struct facts_block *block, enum policy_zone zone)
{
	switch (zone) {
	case POLICY_ZONE_MOVABLE:
		return block->zone == FACTS_ZONE_MOVABLE;
	case POLICY_ZONE_KERNEL:
		return block->zone == FACTS_ZONE_KERNEL;
	default:
		return true;
	}
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

/* Its file vanished during the write. ENODEV alone is no proof. */
static bool is_gone(struct blocks *blocks, size_t i)
{
	struct facts_block block;
	int r = read_block(blocks, i, &block);

	return r == -ENOENT || r == -ENODEV;
}

/* 0 too when the block is gone: then it is not online either. */
static int offline_one(struct blocks *blocks, size_t i)
{
	struct facts_block block;
	int r = -EBUSY;

	for (int attempt = 0; attempt < OFFLINE_ATTEMPTS; attempt++) {
		if (attempt > 0)
			pause_ms(OFFLINE_PAUSE_MS << attempt);
		r = set_state(blocks, i, "offline");
		if (r == 0 || r == -ENOENT ||
		    (r == -ENODEV && is_gone(blocks, i)))
			return 0;
		/* EINVAL: another agent took it offline before us. */
		if (r == -EINVAL && read_block(blocks, i, &block) == 0 &&
		    block.state == FACTS_BLOCK_OFFLINE)
			return 0;
		if (r != -EBUSY && r != -EAGAIN)
			break;
	}
	return fail(blocks, i, r);
}

int blocks_offline(struct blocks *blocks, enum policy_zone zone)
{
	struct facts_block block;
	int r;

	/* From the end: what has to move goes to blocks that stay longest. */
	for (size_t i = blocks->n; i-- > 0;) {
		r = read_block(blocks, i, &block);
		if (r == -ENOENT)
			continue;
		if (r < 0)
			return fail(blocks, i, r);
		if (block.state == FACTS_BLOCK_OFFLINE ||
		    (zone != POLICY_ZONE_AUTO && in_zone(&block, zone)))
			continue;
		r = offline_one(blocks, i);
		if (r < 0)
			return r;
	}
	return 0;
}

/* 1 when all are as wanted, 0 when something was written and all are to be read
 * again. */
static int online_round(struct blocks *blocks, enum policy_zone zone)
{
	struct facts_block block;
	int wrote = 0;
	int r;

	for (size_t i = 0; i < blocks->n; i++) {
		r = read_block(blocks, i, &block);
		if (r < 0)
			return fail(blocks, i, r);
		if (block.state == FACTS_BLOCK_ONLINE && in_zone(&block, zone))
			continue;
		wrote = 1;
		blocks->failed = blocks->ids[i];
		if (block.state != FACTS_BLOCK_OFFLINE) {
			r = offline_one(blocks, i);
			if (r < 0)
				return r;
		}
		r = set_state(blocks, i, online_words[zone]);
		/* EINVAL: another agent put it online since it was read. */
		if (r < 0 && r != -EINVAL)
			return fail(blocks, i, r);
	}
	return !wrote;
}

int blocks_online(struct blocks *blocks, enum policy_zone zone)
{
	int r;

	for (int round = 0; round < ONLINE_ROUNDS; round++) {
		r = online_round(blocks, zone);
		if (r != 0)
			return r < 0 ? r : 0;
	}
	return -EXDEV;
}

bool blocks_any_online(struct blocks *blocks)
{
	struct facts_block block;
	int r;

	for (size_t i = 0; i < blocks->n; i++) {
		r = read_block(blocks, i, &block);
		if (r == -ENOENT)
			continue;
		if (r == 0 && block.state == FACTS_BLOCK_OFFLINE)
			continue;
		blocks->failed = blocks->ids[i];
		return true;
	}
	return false;
}

bool blocks_any_present(struct blocks *blocks)
{
	struct facts_block block;

	for (size_t i = 0; i < blocks->n; i++)
		if (read_block(blocks, i, &block) != -ENOENT) {
			blocks->failed = blocks->ids[i];
			return true;
		}
	return false;
}

static bool is_as_before(const struct facts_block *now,
			 const struct facts_block *before)
{
	return before->state == FACTS_BLOCK_ONLINE &&
	       now->state == before->state && now->zone == before->zone;
}

int blocks_undo_online(struct blocks *blocks)
{
	struct facts_block block;
	int r, result = 0;

	for (size_t i = blocks->n; i-- > 0;) {
		r = read_block(blocks, i, &block);
		if (r == -ENOENT ||
		    (r == 0 && (block.state == FACTS_BLOCK_OFFLINE ||
				is_as_before(&block, &blocks->before[i]))))
			continue;
		r = offline_one(blocks, i);
		if (r < 0)
			result = r;
	}
	return result;
}

static enum policy_zone zone_of(enum facts_zone zone)
{
	return zone == FACTS_ZONE_MOVABLE  ? POLICY_ZONE_MOVABLE
	       : zone == FACTS_ZONE_KERNEL ? POLICY_ZONE_KERNEL
					   : POLICY_ZONE_AUTO;
}

/* 1 when it is online in the zone it was in, 0 when another agent was faster.
 */
static int put_back_once(struct blocks *blocks, size_t i)
{
	const struct facts_block *before = &blocks->before[i];
	struct facts_block block;
	int r;

	r = read_block(blocks, i, &block);
	if (r == 0 && is_as_before(&block, before))
		return 1;
	if (r == 0 && block.state != FACTS_BLOCK_OFFLINE)
		r = offline_one(blocks, i);
	if (r == 0)
		r = set_state(blocks, i, online_words[zone_of(before->zone)]);
	return r == -EINVAL ? 0 : r < 0 ? fail(blocks, i, r) : 1;
}

static int put_back(struct blocks *blocks, size_t i)
{
	int r;

	for (int round = 0; round < ONLINE_ROUNDS; round++) {
		r = put_back_once(blocks, i);
		if (r != 0)
			return r < 0 ? r : 0;
	}
	return fail(blocks, i, -EXDEV);
}

bool blocks_any_before(const struct blocks *blocks)
{
	for (size_t i = 0; i < blocks->n; i++)
		if (blocks->before[i].state != FACTS_BLOCK_UNKNOWN)
			return true;
	return false;
}

bool blocks_any_added(const struct blocks *blocks)
{
	struct facts_block block;

	for (size_t i = 0; i < blocks->n; i++)
		if (blocks->before[i].state == FACTS_BLOCK_UNKNOWN &&
		    read_block(blocks, i, &block) == 0)
			return true;
	return false;
}

int blocks_undo_offline(struct blocks *blocks)
{
	int r, result = 0;

	for (size_t i = 0; i < blocks->n; i++) {
		if (blocks->before[i].state != FACTS_BLOCK_ONLINE)
			continue;
		r = put_back(blocks, i);
		if (r < 0 && (r != -ENOENT || result == 0))
			result = r;
	}
	return result;
}
