// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/size.h"
#include "plan/block-names.h"

static const char *const kind_names[] = {
	[PLAN_CHECK_UNUSED] = "check-unused",
	[PLAN_LOAD_MODULE] = "load-module",
	[PLAN_OFFLINE] = "offline",
	[PLAN_UNBIND] = "unbind",
	[PLAN_BIND] = "bind",
	[PLAN_ADOPT] = "adopt",
	[PLAN_ONLINE] = "online",
	[PLAN_ACCESS] = "access",
	[PLAN_MEMMAP] = "memmap",
	[PLAN_DESTROY] = "destroy",
	[PLAN_RESIZE] = "resize",
	[PLAN_CREATE] = "create",
};

static const char *const outcome_names[] = {
	[PLAN_NOTHING] = "nothing",
	[PLAN_SWITCH] = "switch",
	[PLAN_KEEP] = "keep",
	[PLAN_REFUSED] = "refused",
};

static const char *const refusal_names[] = {
	[PLAN_REFUSAL_NONE] = "none",
	[PLAN_REFUSAL_BUSY] = "busy",
	[PLAN_REFUSAL_PERSISTENT] = "persistent",
	[PLAN_REFUSAL_NO_NODE] = "no-node",
	[PLAN_REFUSAL_TOO_SMALL] = "too-small",
	[PLAN_REFUSAL_STRANDED] = "stranded",
	[PLAN_REFUSAL_NO_HOTPLUG] = "no-hotplug",
	[PLAN_REFUSAL_POISONED] = "poisoned",
	[PLAN_REFUSAL_FOREIGN] = "foreign-driver",
	[PLAN_REFUSAL_LAYOUT] = "layout",
	[PLAN_REFUSAL_LIMIT] = "limit",
	[PLAN_REFUSAL_UNKNOWN] = "unknown",
};

const char *plan_step_kind_name(enum plan_step_kind kind)
{
	return kind_names[kind];
}

const char *plan_outcome_name(enum plan_outcome outcome)
{
	return outcome_names[outcome];
}

const char *plan_refusal_name(enum plan_refusal refusal)
{
	return refusal_names[refusal];
}

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

bool plan_is_layout(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		switch (plan->steps[i].kind) {
		case PLAN_DESTROY:
		case PLAN_RESIZE:
		case PLAN_CREATE:
			return true;
		default:
			break;
		}
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
	char *text;

	n = plan_step_blocks(plan, step, &first);
	blocks = block_names(plan->blocks + first, n);
	if (!blocks || asprintf(&text, "%s %s%s (%" PRIu64 " of %zu blocks)",
				verb, blocks, tail, step->n_blocks, n) < 0)
		return NULL;
	return text;
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

static char *describe_online(const struct plan *plan,
			     const struct plan_step *step)
{
	const char *tail = step->zone == POLICY_ZONE_MOVABLE  ? " as movable"
			   : step->zone == POLICY_ZONE_KERNEL ? " as kernel"
							      : "";

	return describe_blocks(plan, step, "online", tail);
}

static char *describe_driver(const struct plan *plan,
			     const struct plan_step *step, const char *verb,
			     const char *word)
{
	char *text;

	if (asprintf(&text, "%s %s %s %s", verb, device_of(plan, step), word,
		     step->driver) < 0)
		return NULL;
	return text;
}

/* "256M at 0x100000000-0x10fffffff, in pages of 2M" */
static char *describe_shape(const struct plan_shape *shape)
{
	char size[SIZE_FORMAT_MAX], align[SIZE_FORMAT_MAX];
	uint64_t total = 0;
	char *text = NULL;
	size_t length;
	FILE *f;

	for (size_t i = 0; i < shape->n_ranges; i++)
		total += phys_range_size(shape->ranges[i]);
	if (shape->n_ranges == 0)
		return strdup("no memory");
	f = open_memstream(&text, &length);
	if (!f)
		return NULL;
	fprintf(f, "%s at ", size_format_exact(total, size));
	for (size_t i = 0; i < shape->n_ranges; i++)
		fprintf(f, "%s%#" PRIx64 "-%#" PRIx64, i ? " and " : "",
			shape->ranges[i].start, shape->ranges[i].end);
	fprintf(f, ", in pages of %s", size_format_exact(shape->align, align));
	fclose(f);
	return text;
}

static bool same_memory(const struct plan_shape *a, const struct plan_shape *b)
{
	return a->n_ranges == b->n_ranges &&
	       (a->n_ranges == 0 ||
		memcmp(a->ranges, b->ranges,
		       a->n_ranges * sizeof(*a->ranges)) == 0);
}

/* From @from to @to. */
static char *describe_resize(const struct plan *plan,
			     const struct plan_step *step,
			     const struct plan_shape *from,
			     const struct plan_shape *to)
{
	_cleanup_free_ char *shape = describe_shape(to);
	const char *device = device_of(plan, step);
	char align[SIZE_FORMAT_MAX];
	char *text;
	int r;

	if (!shape)
		return NULL;
	if (to->n_ranges == 0)
		r = asprintf(&text, "take all memory from %s", device);
	else if (same_memory(from, to))
		r = asprintf(&text, "give %s pages of %s", device,
			     size_format_exact(to->align, align));
	else
		r = asprintf(&text, "give %s %s", device, shape);
	return r < 0 ? NULL : text;
}

static char *describe_create(const struct plan_shape *what, const char *tail)
{
	_cleanup_free_ char *shape = describe_shape(what);
	char *text;

	if (!shape || asprintf(&text, "make a device of %s%s", shape, tail) < 0)
		return NULL;
	return text;
}

static char *describe_destroy(const struct plan *plan,
			      const struct plan_step *step)
{
	_cleanup_free_ char *shape = describe_shape(&step->before);
	char *text;

	if (!shape || asprintf(&text, "destroy %s (%s)", device_of(plan, step),
			       shape) < 0)
		return NULL;
	return text;
}

static char *describe_memmap(const struct plan *plan,
			     const struct plan_step *step, bool on)
{
	char *text;

	if (asprintf(&text, "set memmap_on_memory=%d of %s", on,
		     device_of(plan, step)) < 0)
		return NULL;
	return text;
}

static char *describe_bind(const struct plan *plan,
			   const struct plan_step *step)
{
	char *text;

	if (step->zone == POLICY_ZONE_AUTO)
		return describe_driver(plan, step, "bind", "to");
	if (asprintf(&text, "bind %s to %s, its memory online as %s",
		     device_of(plan, step), step->driver,
		     policy_zone_name(step->zone)) < 0)
		return NULL;
	return text;
}

static char *describe_check(const struct plan *plan,
			    const struct plan_step *step)
{
	const char *device = device_of(plan, step);
	char *text;
	int r;

	if (step->timeout == 0)
		r = asprintf(&text, "check that nobody uses /dev/%s", device);
	else if (step->timeout == UINT64_MAX)
		r = asprintf(&text, "wait until nobody uses /dev/%s", device);
	else
		r = asprintf(&text,
			     "wait up to %" PRIu64 " s until nobody uses "
			     "/dev/%s",
			     (step->timeout + 999) / 1000, device);
	return r < 0 ? NULL : text;
}

char *plan_step_describe(const struct plan *plan, const struct plan_step *step)
{
	char *text;

	switch (step->kind) {
	case PLAN_CHECK_UNUSED:
		return describe_check(plan, step);
	case PLAN_ACCESS:
		if (asprintf(&text, "set exclusive=%d dontfork=%d of %s",
			     step->exclusive, step->dontfork, plan->device) < 0)
			return NULL;
		return text;
	case PLAN_LOAD_MODULE:
		if (asprintf(&text, "load module %s", step->driver) < 0)
			return NULL;
		return text;
	case PLAN_OFFLINE:
		return describe_offline(plan, step);
	case PLAN_ONLINE:
		return describe_online(plan, step);
	case PLAN_UNBIND:
		return describe_driver(plan, step, "unbind", "from");
	case PLAN_BIND:
		return describe_bind(plan, step);
	case PLAN_ADOPT:
		return describe_driver(plan, step, "bind", "to");
	case PLAN_MEMMAP:
		return describe_memmap(plan, step, step->memmap);
	case PLAN_DESTROY:
		return describe_destroy(plan, step);
	case PLAN_RESIZE:
		return describe_resize(plan, step, &step->before, &step->after);
	case PLAN_CREATE:
		return describe_create(&step->after, "");
	case PLAN_STEP_KINDS:
		break;
	}
	return NULL;
}

char *plan_step_describe_undo(const struct plan *plan,
			      const struct plan_step *step)
{
	switch (step->kind) {
	case PLAN_OFFLINE:
		return strdup("online them in the zones they were in");
	case PLAN_ONLINE:
		return strdup("offline those it onlined");
	case PLAN_UNBIND:
		return describe_driver(plan, step, "bind", "to");
	case PLAN_BIND:
	case PLAN_ADOPT:
		return describe_driver(plan, step, "unbind", "from");
	case PLAN_MEMMAP:
		return describe_memmap(plan, step, !step->memmap);
	case PLAN_DESTROY:
		return describe_create(&step->before,
				       " again, maybe under another name");
	case PLAN_RESIZE:
		return describe_resize(plan, step, &step->after, &step->before);
	case PLAN_CREATE:
		return strdup("destroy it");
	case PLAN_CHECK_UNUSED:
	case PLAN_LOAD_MODULE:
	case PLAN_ACCESS:
	case PLAN_STEP_KINDS:
		break;
	}
	return NULL;
}
