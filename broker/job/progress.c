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

bool progress_step(struct progress *progress, size_t step, enum act_phase phase)
{
	if (step >= progress->plan->n_steps)
		return false;
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

struct progress_count progress_count(const struct progress *progress)
{
	const struct plan *plan = progress->plan;
	const bool undo = progress->phase == ACT_UNDOING;
	struct progress_count count = { 0 };

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];
		size_t first, n = plan_step_blocks(plan, step, &first);

		if (plan_step_direction(step, undo) == PLAN_DIRECTION_NONE ||
		    (undo && i != progress->step))
			continue;
		count.all += n;
		count.moving |= i == progress->step;
		count.done += i < progress->step ? n : 0;
	}
	if (count.moving)
		count.done += progress->n_seen;
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
