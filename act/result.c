// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/result.h"
#include "plan/step.h"

#include <assert.h>
#include <stdio.h>

#include "basic/text-stream.h"

static const char *const outcome_names[ACT_OUTCOMES] = {
	[ACT_DONE] = "done",	       [ACT_REFUSED] = "refused",
	[ACT_UNDONE] = "undone",       [ACT_STUCK] = "stuck",
	[ACT_OVERTAKEN] = "overtaken", [ACT_PREEMPTED] = "preempted",
	[ACT_LOST] = "lost",
};

const char *act_result_outcome_name(enum act_outcome outcome)
{
	assert(outcome < ACT_OUTCOMES);
	return outcome_names[outcome];
}

static void put_failure(FILE *f, const struct act_failure *failure)
{
	_cleanup_free_ char *text = act_failure_describe(failure);

	fputs(text ?: "nothing more is known", f);
}

static void put_where(FILE *f, const struct act_result *result)
{
	bool lost = result->outcome == ACT_LOST;

	if (result->n_steps > 0)
		fprintf(f, "%sstep %zu of %zu (%s)%s: ",
			lost ? "it was cancelled at " : "", result->step + 1,
			result->n_steps, plan_step_kind_name(result->kind),
			lost ? "" : " failed");
	else if (lost)
		fputs("it was cancelled before it began: ", f);
}

/* Where it stopped, and why. */
static void put_step(FILE *f, const struct act_result *result)
{
	const struct act_failure *failure = &result->failure;

	if (failure->cause == ACT_CAUSE_NONE)
		return;
	if (!act_cause_text(failure->cause)->whole)
		put_where(f, result);
	put_failure(f, failure);
}

/* What became of what it had done. */
static void put_undo(FILE *f, const struct act_result *result)
{
	const char *start = result->failure.cause ? ". " : "";

	if (result->undo.cause) {
		fputs(*start ? ". Undoing it failed: " : "undoing it failed: ",
		      f);
		put_failure(f, &result->undo);
		fprintf(f, ". %s is left as it is", result->device);
	} else if (result->outcome == ACT_LOST && result->n_steps > 0 &&
		   !act_cause_text(result->failure.cause)->whole) {
		fputs(". What it had done is undone", f);
	} else if (result->outcome == ACT_UNDONE ||
		   (result->outcome == ACT_OVERTAKEN &&
		    !act_cause_text(result->failure.cause)->whole)) {
		fprintf(f, "%s%s is as it was before%s", start, result->device,
			result->blocks_added
				? ", but for memory blocks that are there "
				  "besides, offline"
				: "");
	}
}

static void put_blocker(FILE *f, const struct act_result *result)
{
	_cleanup_free_ char *text =
		act_failure_describe_blocker(&result->failure.blocker);

	if (text && result->failure.cause != ACT_CAUSE_IN_USE &&
	    result->failure.cause != ACT_CAUSE_LEASE_IN_USE)
		fprintf(f, ". Found in the way: %s", text);
}

char *act_result_describe(const struct act_result *result)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);

	if (!f)
		return NULL;
	if (result->outcome == ACT_DONE)
		fputs("it is done", f);
	put_step(f, result);
	put_undo(f, result);
	put_blocker(f, result);
	return text_stream_take(&stream);
}

void act_result_facts(const struct act_result *result, act_fact_fn fact,
		      void *userdata)
{
	char number[24];

	fact("job_outcome", act_result_outcome_name(result->outcome), false,
	     userdata);
	if (result->outcome != ACT_DONE && result->n_steps > 0) {
		snprintf(number, sizeof(number), "%zu", result->step + 1);
		fact("step", number, true, userdata);
		snprintf(number, sizeof(number), "%zu", result->n_steps);
		fact("steps", number, true, userdata);
		fact("step_kind", plan_step_kind_name(result->kind), false,
		     userdata);
	}
	act_failure_facts(&result->failure, fact, userdata);
	if (result->undo.cause == ACT_CAUSE_NONE)
		return;
	fact("undo_cause", act_cause_text(result->undo.cause)->name, false,
	     userdata);
	snprintf(number, sizeof(number), "%d", result->undo.error);
	fact("undo_errno", number, true, userdata);
}
