// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/device-state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "plan/plan.h"

/* Blocks that are in the same state and zone count as one kind. */
struct kind {
	enum facts_block_state state;
	enum facts_zone zone;
};

static const struct facts_block *block_of(const struct facts_snapshot *snapshot,
					  const struct facts_device *device,
					  size_t i)
{
	return &snapshot->blocks[device->blocks[i]];
}

static struct kind kind_of(const struct facts_block *block)
{
	struct kind kind = { .state = block->state, .zone = block->zone };

	/* What is not online is in no zone, whatever it could be in. */
	if (kind.state != FACTS_BLOCK_ONLINE)
		kind.zone = FACTS_ZONE_NONE;
	return kind;
}

static bool same_kind(struct kind a, struct kind b)
{
	return a.state == b.state && a.zone == b.zone;
}

/* No earlier block is of this one's kind. */
static bool is_first(const struct facts_snapshot *snapshot,
		     const struct facts_device *device, size_t i)
{
	struct kind kind = kind_of(block_of(snapshot, device, i));

	while (i-- > 0)
		if (same_kind(kind_of(block_of(snapshot, device, i)), kind))
			return false;
	return true;
}

static char *names_of(const struct facts_snapshot *snapshot,
		      const struct facts_device *device, struct kind kind)
{
	_cleanup_free_ uint64_t *ids = NULL;
	size_t n = 0;

	ids = calloc(device->n_blocks, sizeof(*ids));
	if (!ids)
		return NULL;
	for (size_t i = 0; i < device->n_blocks; i++) {
		const struct facts_block *block = block_of(snapshot, device, i);

		if (same_kind(kind_of(block), kind))
			ids[n++] = block->id;
	}
	return plan_block_names(ids, n);
}

/* ", memory32-34 offline" */
static void print_kind(FILE *f, const struct facts_snapshot *snapshot,
		       const struct facts_device *device, struct kind kind)
{
	_cleanup_free_ char *names = names_of(snapshot, device, kind);

	fprintf(f, ", %s %s", names ? names : "memory",
		facts_block_state_name(kind.state));
	if (kind.zone != FACTS_ZONE_NONE)
		fprintf(f, " in zone %s", facts_zone_name(kind.zone));
}

char *device_state_describe(const struct facts_snapshot *snapshot,
			    const struct facts_device *device)
{
	char *text = NULL;
	size_t size;
	FILE *f;

	f = open_memstream(&text, &size);
	if (!f)
		return NULL;
	if (device->driver)
		fprintf(f, "bound to %s", device->driver);
	else
		fputs("bound to no driver", f);
	for (size_t i = 0; i < device->n_blocks; i++)
		if (is_first(snapshot, device, i))
			print_kind(f, snapshot, device,
				   kind_of(block_of(snapshot, device, i)));
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
