// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/job-record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/clock.h"
#include "plan/step.h"
#include "policy/values.h"

void job_record_free(struct job_record *job)
{
	free(job->device);
	free(job->identity);
	free(job->region);
	free(job->policy);
	free(job->reason);
	free(job->progress);
	free(job->message);
	free(job->blocker);
	free(job);
}

static char *copy_of(const char *text)
{
	return text ? strdup(text) : NULL;
}

struct job_record *job_record_new(unsigned int number, const struct plan *plan,
				  const char *purpose,
				  const struct job_record_origin *origin,
				  uint64_t now)
{
	_cleanup_job_record_ struct job_record *job = calloc(1, sizeof(*job));

	if (!job)
		return NULL;
	*job = (struct job_record){
		.number = number,
		.device = strdup(plan->device),
		.identity = copy_of(origin->identity),
		.region = strdup(plan->region),
		.policy = copy_of(origin->policy),
		.reason = copy_of(plan->reason),
		.purpose = purpose,
		.to = plan->mode,
		.trigger = origin->trigger,
		.asked_by = origin->asked_by,
		.n_steps = plan->n_steps,
		.kind = plan->n_steps > 0 ? plan->steps[0].kind
					  : PLAN_CHECK_UNUSED,
		.block_size = plan->block_size,
		.queued_at = now,
	};
	return job->device && job->region ? TAKE_PTR(job) : NULL;
}

void job_record_begin(struct job_record *job, uint64_t now)
{
	job->state = JOB_RECORD_RUNNING;
	job->begun_at = now;
}

void job_record_progress(struct job_record *job,
			 const struct progress *progress, const char *text,
			 uint64_t now)
{
	struct progress_count count = progress_count(progress);

	job->step = progress->step;
	job->kind = progress->plan->steps[progress->step].kind;
	job->n_blocks = count.all;
	job->n_done = count.done;
	job->updated_at = now;
	if (!job->moving_since && count.moving)
		job->moving_since = now;
	free(job->progress);
	job->progress = copy_of(text);
}

void job_record_end(struct job_record *job, const struct act_result *result,
		    uint64_t now)
{
	struct act_result shown;

	job->state = JOB_RECORD_ENDED;
	job->ended_at = now;
	job->outcome = "dropped";
	if (!result)
		return;
	job->outcome = act_result_outcome_name(result->outcome);
	if (result->outcome == ACT_DONE) {
		job->step = job->n_steps;
		job->n_done = job->n_blocks;
		return;
	}
	shown = *result;
	act_failure_hide_process(&shown.failure);
	act_failure_hide_process(&shown.undo);
	job->message = act_result_describe(&shown);
	if (result->failure.blocker.pid > 0)
		job->blocker =
			act_failure_describe_blocker(&result->failure.blocker);
}

/* Bytes in a second; 0: unknown. */
static uint64_t rate_of(const struct job_record *job)
{
	uint64_t usec = job->updated_at - job->moving_since;

	if (job->state == JOB_RECORD_ENDED || !job->moving_since ||
	    job->n_done == 0 || usec == 0)
		return 0;
	return (uint64_t)((double)(job->n_done * job->block_size) * 1e6 /
			  (double)usec);
}

static uint64_t eta_of(const struct job_record *job)
{
	uint64_t left = (job->n_blocks - job->n_done) * job->block_size;
	uint64_t rate = rate_of(job);

	if (rate == 0)
		return 0;
	return clock_to_real(job->updated_at +
			     (uint64_t)((double)left * 1e6 / (double)rate));
}

static const char *state_name(enum job_record_state state)
{
	static const char *const names[] = {
		[JOB_RECORD_WAITING] = "waiting",
		[JOB_RECORD_RUNNING] = "running",
		[JOB_RECORD_ENDING] = "ending",
		[JOB_RECORD_ENDED] = "ended",
	};

	return names[state];
}

/* What the facts are handed to. */
struct facts_sink {
	act_fact_fn fact;
	void *userdata;
};

static void put_text(const struct facts_sink *sink, const char *name,
		     const char *text)
{
	if (text && text[0])
		sink->fact(name, text, false, sink->userdata);
}

static void put_number(const struct facts_sink *sink, const char *name,
		       uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	sink->fact(name, text, true, sink->userdata);
}

static void put_time(const struct facts_sink *sink, const char *name,
		     uint64_t time)
{
	if (time)
		put_number(sink, name, clock_to_real(time));
}

static void put_what(const struct facts_sink *sink,
		     const struct job_record *job)
{
	put_number(sink, "job", job->number);
	put_text(sink, "device", job->device);
	put_text(sink, "identity", job->identity);
	put_text(sink, "region", job->region);
	put_text(sink, "purpose", job->purpose);
	if (job->to != POLICY_MODE_KEEP)
		put_text(sink, "mode", policy_mode_name(job->to));
	put_text(sink, "policy", job->policy);
	put_text(sink, "reason", job->reason);
	put_text(sink, "trigger", job->trigger);
	if (job->asked_by != JOB_RECORD_NOBODY)
		put_number(sink, "asked_by", job->asked_by);
}

static void put_progress(const struct facts_sink *sink,
			 const struct job_record *job)
{
	put_text(sink, "state", state_name(job->state));
	if (job->state != JOB_RECORD_ENDED) {
		put_number(sink, "step", job->step + 1);
		put_text(sink, "step_kind", plan_step_kind_name(job->kind));
		put_text(sink, "progress", job->progress);
	}
	put_number(sink, "steps", job->n_steps);
	put_number(sink, "blocks", job->n_blocks);
	put_number(sink, "blocks_done", job->n_done);
	put_number(sink, "bytes", job->n_blocks * job->block_size);
	put_number(sink, "bytes_done", job->n_done * job->block_size);
	if (rate_of(job) > 0) {
		put_number(sink, "rate", rate_of(job));
		put_number(sink, "eta", eta_of(job));
	}
}

static void put_end(const struct facts_sink *sink, const struct job_record *job,
		    bool processes)
{
	put_time(sink, "queued_at", job->queued_at);
	put_time(sink, "begun_at", job->begun_at);
	if (job->state != JOB_RECORD_ENDED)
		return;
	put_time(sink, "ended_at", job->ended_at);
	if (job->begun_at)
		put_number(sink, "duration", job->ended_at - job->begun_at);
	put_text(sink, "job_outcome", job->outcome);
	put_text(sink, "message", job->message);
	if (processes)
		put_text(sink, "blocker", job->blocker);
}

void job_record_facts(const struct job_record *job, bool processes,
		      act_fact_fn fact, void *userdata)
{
	const struct facts_sink sink = { fact, userdata };

	put_what(&sink, job);
	put_progress(&sink, job);
	put_end(&sink, job, processes);
}
