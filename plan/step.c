// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/step.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "basic/names.h"
#include "basic/size.h"
#include "basic/text-stream.h"
#include "basic/text.h"
#include "policy/persistent.h"

static const char *device_of(const struct plan *plan,
			     const struct plan_step *step)
{
	return step->device ? step->device : plan->device;
}

static bool has_block(const struct plan_step *step, uint64_t id, uint64_t size)
{
	const struct phys_range block = { id * size, id * size + size - 1 };

	for (size_t i = 0; i < step->before.n_ranges; i++)
		if (phys_range_contains(step->before.ranges[i], block))
			return true;
	return false;
}

size_t plan_step_blocks(const struct plan *plan, const struct plan_step *step,
			size_t *ret_first)
{
	size_t first = 0, n = 0;

	*ret_first = 0;
	if (step->before.n_ranges == 0)
		return plan->n_blocks;
	while (first < plan->n_blocks &&
	       !has_block(step, plan->blocks[first], plan->block_size))
		first++;
	while (first + n < plan->n_blocks &&
	       has_block(step, plan->blocks[first + n], plan->block_size))
		n++;
	*ret_first = first;
	return n;
}

/* "VERB memory32-39 TAIL (8 blocks)" */
static char *describe_blocks(const struct plan *plan,
			     const struct plan_step *step, const char *verb,
			     const char *tail)
{
	_cleanup_free_ char *blocks = NULL;
	size_t first, n;

	n = plan_step_blocks(plan, step, &first);
	blocks = plan_block_names(n ? &plan->blocks[first] : NULL, n);
	if (!blocks)
		return NULL;
	return text_format("%s %s%s (%" PRIu64 " of %zu blocks)", verb, blocks,
			   tail, step->n_blocks, n);
}

static char *describe_offline(const struct plan *plan,
			      const struct plan_step *step)
{
	const char *tail =
		step->zone == POLICY_ZONE_MOVABLE  ? ", those not movable,"
		: step->zone == POLICY_ZONE_KERNEL ? ", those not kernel,"
						   : "";

	return describe_blocks(plan, step, "offline", tail);
}

static char *undo_offline(_unused_ const struct plan *plan,
			  _unused_ const struct plan_step *step)
{
	return strdup("online them in the zones they were in");
}

static char *describe_online(const struct plan *plan,
			     const struct plan_step *step)
{
	const char *tail = step->zone == POLICY_ZONE_MOVABLE  ? " as movable"
			   : step->zone == POLICY_ZONE_KERNEL ? " as kernel"
							      : "";

	return describe_blocks(plan, step, "online", tail);
}

static char *undo_online(_unused_ const struct plan *plan,
			 _unused_ const struct plan_step *step)
{
	return strdup("offline those it onlined");
}

static char *describe_load(_unused_ const struct plan *plan,
			   const struct plan_step *step)
{
	return text_format("load module %s", step->driver);
}

static char *describe_unbind(const struct plan *plan,
			     const struct plan_step *step)
{
	return text_format("unbind %s from %s", device_of(plan, step),
			   step->driver);
}

static char *describe_rebind(const struct plan *plan,
			     const struct plan_step *step)
{
	return text_format("bind %s to %s", device_of(plan, step),
			   step->driver);
}

static char *describe_bind(const struct plan *plan,
			   const struct plan_step *step)
{
	if (step->zone == POLICY_ZONE_AUTO)
		return describe_rebind(plan, step);
	return text_format("bind %s to %s, its memory online as %s",
			   device_of(plan, step), step->driver,
			   policy_zone_name(step->zone));
}

static char *describe_empty(const struct plan *plan,
			    const struct plan_step *step)
{
	const char *device = device_of(plan, step);
	char buf[POLICY_VALUE_MAX];
	const char *kinds;

	if (!step->kinds)
		return text_format("check that all memory of /dev/%s is zero",
				   device);
	kinds = policy_persistent_format(step->kinds, buf);
	return text_format("check that /dev/%s holds one of %s, or that all of "
			   "it is zero",
			   device, strchr(kinds, ':') + 1);
}

static char *describe_clear(const struct plan *plan,
			    const struct plan_step *step)
{
	return text_format("make all memory of /dev/%s zero",
			   device_of(plan, step));
}

static char *describe_access(const struct plan *plan,
			     const struct plan_step *step)
{
	return text_format("set exclusive=%d dontfork=%d%s of %s",
			   step->exclusive, step->dontfork,
			   step->admits ? " drain=0" : "",
			   device_of(plan, step));
}

static char *describe_memmap(const struct plan *plan,
			     const struct plan_step *step)
{
	return text_format("set memmap_on_memory=%d of %s", step->memmap,
			   device_of(plan, step));
}

static char *undo_memmap(const struct plan *plan, const struct plan_step *step)
{
	return text_format("set memmap_on_memory=%d of %s", !step->memmap,
			   device_of(plan, step));
}

/* "256M at 0x100000000-0x10fffffff, in pages of 2M" */
static char *describe_shape(const struct plan_shape *shape)
{
	_cleanup_text_stream_ struct text_stream text = { NULL };
	char size[SIZE_FORMAT_MAX], align[SIZE_FORMAT_MAX];
	uint64_t total = 0;
	FILE *f;

	for (size_t i = 0; i < shape->n_ranges; i++)
		total += phys_range_size(shape->ranges[i]);
	if (shape->n_ranges == 0)
		return strdup("no memory");
	f = text_stream_open(&text);
	if (!f)
		return NULL;
	fprintf(f, "%s at ", size_format_exact(total, size));
	for (size_t i = 0; i < shape->n_ranges; i++)
		fprintf(f, "%s%#" PRIx64 "-%#" PRIx64, i ? " and " : "",
			shape->ranges[i].start, shape->ranges[i].end);
	fprintf(f, ", in pages of %s", size_format_exact(shape->align, align));
	return text_stream_take(&text);
}

static bool same_memory(const struct plan_shape *a, const struct plan_shape *b)
{
	return a->n_ranges == b->n_ranges &&
	       (a->n_ranges == 0 ||
		memcmp(a->ranges, b->ranges,
		       a->n_ranges * sizeof(*a->ranges)) == 0);
}

/* From @from to @to. */
static char *describe_change(const struct plan *plan,
			     const struct plan_step *step,
			     const struct plan_shape *from,
			     const struct plan_shape *to)
{
	_cleanup_free_ char *shape = describe_shape(to);
	const char *device = device_of(plan, step);
	char align[SIZE_FORMAT_MAX];

	if (!shape)
		return NULL;
	if (to->n_ranges == 0)
		return text_format("take all memory from %s", device);
	if (same_memory(from, to))
		return text_format("give %s pages of %s", device,
				   size_format_exact(to->align, align));
	return text_format("give %s %s", device, shape);
}

static char *describe_resize(const struct plan *plan,
			     const struct plan_step *step)
{
	return describe_change(plan, step, &step->before, &step->after);
}

static char *undo_resize(const struct plan *plan, const struct plan_step *step)
{
	return describe_change(plan, step, &step->after, &step->before);
}

static char *describe_create(_unused_ const struct plan *plan,
			     const struct plan_step *step)
{
	_cleanup_free_ char *shape = describe_shape(&step->after);

	return shape ? text_format("make a device of %s", shape) : NULL;
}

static char *undo_create(_unused_ const struct plan *plan,
			 _unused_ const struct plan_step *step)
{
	return strdup("destroy it");
}

static char *describe_destroy(const struct plan *plan,
			      const struct plan_step *step)
{
	_cleanup_free_ char *shape = describe_shape(&step->before);

	return shape ? text_format("destroy %s (%s)", device_of(plan, step),
				   shape)
		     : NULL;
}

static char *undo_destroy(_unused_ const struct plan *plan,
			  const struct plan_step *step)
{
	_cleanup_free_ char *shape = describe_shape(&step->before);

	return shape ? text_format("make a device of %s again, maybe under "
				   "another name",
				   shape)
		     : NULL;
}

static char *describe_check(const struct plan *plan,
			    const struct plan_step *step)
{
	const char *device = device_of(plan, step);

	if (step->stays)
		return text_format("let nobody begin to use /dev/%s, and check "
				   "that nobody does",
				   device);
	if (step->timeout == 0)
		return text_format("check that nobody uses /dev/%s", device);
	if (step->timeout == POLICY_FOREVER)
		return text_format("wait until nobody uses /dev/%s", device);
	return text_format("wait up to %" PRIu64 " s until nobody uses /dev/%s",
			   (step->timeout + 999) / 1000, device);
}

/* All that a kind of step is, but how it is carried out: that is act's. */
static const struct {
	const char *name;
	char *(*describe)(const struct plan *plan,
			  const struct plan_step *step);
	/* NULL: there is nothing to undo. */
	char *(*describe_undo)(const struct plan *plan,
			       const struct plan_step *step);
	enum plan_direction direction; /* of the plan's memory blocks; with a
					* driver, if that is kmem */
	bool takes_offline; /* memory, of whatever device; the same */
	bool lays_out;	    /* changes which devices there are */
} kinds[PLAN_STEP_KINDS] = {
	[PLAN_CHECK_UNUSED] = { "check-unused", describe_check },
	[PLAN_EMPTY] = { "check-empty", describe_empty },
	[PLAN_CLEAR] = { "clear", describe_clear },
	[PLAN_LOAD_MODULE] = { "load-module", describe_load },
	[PLAN_OFFLINE] = { "offline", describe_offline, undo_offline,
			   PLAN_DIRECTION_OFFLINE, .takes_offline = true },
	[PLAN_UNBIND] = { "unbind", describe_unbind, describe_rebind,
			  PLAN_DIRECTION_OFFLINE, .takes_offline = true },
	[PLAN_BIND] = { "bind", describe_bind, describe_unbind,
			PLAN_DIRECTION_ONLINE },
	[PLAN_ADOPT] = { "adopt", describe_rebind, describe_unbind,
			 .takes_offline = true },
	[PLAN_ONLINE] = { "online", describe_online, undo_online,
			  PLAN_DIRECTION_ONLINE },
	[PLAN_ACCESS] = { "access", describe_access },
	[PLAN_MEMMAP] = { "memmap", describe_memmap, undo_memmap },
	[PLAN_DESTROY] = { "destroy", describe_destroy, undo_destroy,
			   .lays_out = true },
	[PLAN_RESIZE] = { "resize", describe_resize, undo_resize,
			  .lays_out = true },
	[PLAN_CREATE] = { "create", describe_create, undo_create,
			  .lays_out = true },
};

const char *plan_step_kind_name(enum plan_step_kind kind)
{
	assert(kind < PLAN_STEP_KINDS);
	return kinds[kind].name;
}

enum plan_step_kind plan_step_kind_find(const char *name)
{
	enum plan_step_kind kind = 0;

	while (kind < PLAN_STEP_KINDS && strcmp(kinds[kind].name, name) != 0)
		kind++;
	return kind;
}

char *plan_step_describe(const struct plan *plan, const struct plan_step *step)
{
	assert(step->kind < PLAN_STEP_KINDS);
	return kinds[step->kind].describe(plan, step);
}

char *plan_step_describe_undo(const struct plan *plan,
			      const struct plan_step *step)
{
	assert(step->kind < PLAN_STEP_KINDS);
	if (!kinds[step->kind].describe_undo)
		return NULL;
	return kinds[step->kind].describe_undo(plan, step);
}

/* A driver but kmem does nothing to memory blocks. */
static bool has_other_driver(const struct plan_step *step)
{
	return step->driver && strcmp(step->driver, DRIVER_KMEM) != 0;
}

enum plan_direction plan_step_direction(const struct plan_step *step, bool undo)
{
	enum plan_direction direction;

	assert(step->kind < PLAN_STEP_KINDS);
	direction = kinds[step->kind].direction;
	if (direction == PLAN_DIRECTION_NONE || has_other_driver(step))
		return PLAN_DIRECTION_NONE;
	if (undo)
		return direction == PLAN_DIRECTION_ONLINE
			       ? PLAN_DIRECTION_OFFLINE
			       : PLAN_DIRECTION_ONLINE;
	return direction;
}

bool plan_step_takes_offline(const struct plan_step *step)
{
	assert(step->kind < PLAN_STEP_KINDS);
	return !has_other_driver(step) && kinds[step->kind].takes_offline;
}

bool plan_steps_lay_out(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (kinds[plan->steps[i].kind].lays_out)
			return true;
	return false;
}
