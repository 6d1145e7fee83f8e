// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/job/progress.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/size.h"
#include "basic/text.h"
#include "plan/step.h"

int progress_init(struct progress *progress, const struct plan *plan)
{
	*progress = (struct progress){ .plan = plan };
	progress->seen = calloc(plan->n_blocks + 1, sizeof(*progress->seen));
	return progress->seen ? 0 : -ENOMEM;
}

void progress_done(struct progress *progress)
{
	free(TAKE_PTR(progress->seen));
}

/* They move the same blocks the same way, as binding to kmem and what puts
 * online what that has not: such steps are counted as one. */
static bool is_same_move(const struct progress *progress, size_t i, size_t j)
{
	const struct plan *plan = progress->plan;
	const bool undo = progress->phase == ACT_UNDOING;
	size_t first, other,
		n = plan_step_blocks(plan, &plan->steps[i], &first);

	return plan_step_blocks(plan, &plan->steps[j], &other) == n &&
	       first == other &&
	       plan_step_direction(&plan->steps[i], undo) ==
		       plan_step_direction(&plan->steps[j], undo);
}

bool progress_step(struct progress *progress, size_t step, enum act_phase phase)
{
	if (step >= progress->plan->n_steps)
		return false;
	if (progress->phase != ACT_UNDOING && phase != ACT_UNDOING &&
	    is_same_move(progress, step, progress->step))
		progress->n_before += progress->n_seen;
	else
		progress->n_before = 0;
	progress->step = step;
	progress->phase = phase;
	progress->n_seen = 0;
	progress->percent = 0;
	memset(progress->seen, 0,
	       progress->plan->n_blocks * sizeof(*progress->seen));
	return true;
}

static const struct plan_step *progress_at(const struct progress *progress)
{
	assert(progress->step < progress->plan->n_steps);
	return &progress->plan->steps[progress->step];
}

/* Which way blocks go in the step: uevents come late, and some may still be of
 * the step before. */
static enum plan_direction direction(const struct progress *progress)
{
	return plan_step_direction(progress_at(progress),
				   progress->phase == ACT_UNDOING);
}

static int compare_ids(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

bool progress_block(struct progress *progress, uint64_t id, bool online)
{
	const struct plan *plan = progress->plan;
	const struct plan_step *step = progress_at(progress);
	unsigned int percent;
	const uint64_t *found;
	size_t first, n;

	if (direction(progress) !=
	    (online ? PLAN_DIRECTION_ONLINE : PLAN_DIRECTION_OFFLINE))
		return false;
	n = plan_step_blocks(plan, step, &first);
	found = bsearch(&id, plan->blocks + first, n, sizeof(id), compare_ids);
	if (!found || progress->seen[found - plan->blocks])
		return false;
	progress->seen[found - plan->blocks] = true;
	percent = ++progress->n_seen * 100 / n;
	if (percent == progress->percent)
		return false;
	progress->percent = percent;
	return true;
}

/* An earlier step has done so. */
static bool is_moved_before(const struct progress *progress, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (is_same_move(progress, i, j))
			return true;
	return false;
}

struct progress_count progress_count(const struct progress *progress)
{
	const struct plan *plan = progress->plan;
	const bool undo = progress->phase == ACT_UNDOING;
	struct progress_count count = { 0 };

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];
		const bool now = is_same_move(progress, i, progress->step);
		size_t first, n = plan_step_blocks(plan, step, &first);
		size_t seen = progress->n_before + progress->n_seen;

		if (plan_step_direction(step, undo) == PLAN_DIRECTION_NONE ||
		    is_moved_before(progress, i) || (undo && !now))
			continue;
		count.all += n;
		count.moving |= now;
		if (now)
			count.done += seen < n ? seen : n;
		else if (i < progress->step)
			count.done += n;
	}
	return count;
}

static char *describe_blocks(const struct progress *progress)
{
	const struct plan *plan = progress->plan;
	char done[SIZE_FORMAT_MAX], all[SIZE_FORMAT_MAX];
	size_t first, n;

	if (direction(progress) == PLAN_DIRECTION_NONE || progress->n_seen == 0)
		return strdup("");
	n = plan_step_blocks(plan, progress_at(progress), &first);
	size_format(progress->n_seen * plan->block_size, done);
	size_format(n * plan->block_size, all);
	return text_format("; %zu of %zu blocks, %s of %s", progress->n_seen, n,
			   done, all);
}

char *progress_describe(const struct progress *progress)
{
	const struct plan *plan = progress->plan;
	const struct plan_step *step = progress_at(progress);
	_cleanup_free_ char *what = NULL, *blocks = describe_blocks(progress);
	bool undo = progress->phase == ACT_UNDOING;

	what = undo ? plan_step_describe_undo(plan, step)
		    : plan_step_describe(plan, step);
	if (!blocks)
		return NULL;
	return text_format("%s: %sstep %zu of %zu: %s%s", plan->device,
			   undo ? "undoing " : "", progress->step + 1,
			   plan->n_steps,
			   what ?: plan_step_kind_name(step->kind), blocks);
}
