// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "broker/job/progress.h"
#include "plan/step.h"

/* A job that runs. */
struct running {
	struct batch *batch;
	struct running *next;
	struct batch_job job;
	struct worker *worker;
	struct progress progress;
	struct broker_timer *deadline; /* of the step that it is in */
	struct act_failure cancelled;  /* why it is made to end, if it is */
};

struct batch {
	const struct broker_interface *interface;
	struct batch_events events;
	bool busy;
	struct batch_job *jobs; /* the first n_begun do not wait any more */
	size_t n_jobs, n_begun;
	struct running *running; /* a list */
	size_t n_running;
	bool unverified; /* one of them has ended */
	unsigned int n_numbers;
};

static void running_free(struct running *running)
{
	const struct broker_interface *interface = running->batch->interface;

	if (running->worker)
		interface->worker_free(running->worker);
	interface->timer_free(running->deadline);
	progress_done(&running->progress);
	free(running);
}

DEFINE_CLEANUP(struct running *, running_free)

static void batch_remove(struct batch *batch, struct running *running)
{
	struct running **at = &batch->running;

	while (*at != running)
		at = &(*at)->next;
	*at = running->next;
	batch->n_running--;
	running_free(running);
}

static void batch_clear(struct batch *batch)
{
	while (batch->running)
		batch_remove(batch, batch->running);
	free(TAKE_PTR(batch->jobs));
	batch->n_jobs = batch->n_begun = 0;
	batch->unverified = false;
	batch->busy = false;
}

int batch_new(const struct broker_interface *interface,
	      const struct batch_events *events, struct batch **ret)
{
	struct batch *batch = calloc(1, sizeof(*batch));

	if (!batch)
		return -ENOMEM;
	batch->interface = interface;
	batch->events = *events;
	*ret = batch;
	return 0;
}

void batch_free(struct batch *batch)
{
	batch_clear(batch);
	free(batch);
}

bool batch_is_busy(const struct batch *batch)
{
	return batch->busy;
}

/* It does nothing but wait for the users of its device to go. */
static bool running_waits(const struct running *running)
{
	return running->progress.phase == ACT_WAITING;
}

static void running_note(struct running *running, enum act_cause cause,
			 const char *why)
{
	running->cancelled = (struct act_failure){ .cause = cause };
	ACT_FAILURE_SET(running->cancelled.device, running->job.device);
	ACT_FAILURE_SET(running->cancelled.value, why);
}

static void running_kill(struct running *running, enum act_cause cause,
			 const char *why)
{
	running_note(running, cause, why);
	running->batch->interface->worker_cancel(running->worker);
}

/* A worker that waits ends by itself, and leaves nothing to be undone. */
static void running_cancel(struct running *running, const char *why)
{
	if (!running_waits(running)) {
		running_kill(running, ACT_CAUSE_CANCELLED, why);
		return;
	}
	running_note(running, ACT_CAUSE_CANCELLED, why);
	running->batch->interface->worker_preempt(running->worker);
}

static void on_deadline(void *userdata)
{
	running_kill(userdata, ACT_CAUSE_TOO_LONG, "");
}

/* The kernel tries for ever to move memory that is pinned. Waiting for users
 * has its own time, BusyTimeout=. */
static int running_arm_deadline(struct running *running)
{
	const struct broker_interface *interface = running->batch->interface;
	uint64_t at = 0;

	if (!running_waits(running))
		at = interface->now(interface->outside) + BATCH_STEP_USEC +
		     running->job.plan->n_blocks * BATCH_STEP_USEC_PER_BLOCK;
	return interface->timer_set(running->deadline, at);
}

static void running_report(const struct running *running)
{
	const struct batch_events *events = &running->batch->events;

	events->progress(&running->job, &running->progress, events->userdata);
}

void batch_drop_waiting(struct batch *batch)
{
	const size_t n = batch->n_jobs;

	batch->n_jobs = batch->n_begun;
	for (size_t i = batch->n_begun; i < n; i++)
		batch->events.dropped(&batch->jobs[i], batch->events.userdata);
}

bool batch_preempt(struct batch *batch)
{
	struct running *running;

	for (running = batch->running; running; running = running->next)
		if (!running_waits(running))
			return false;
	batch_drop_waiting(batch);
	for (running = batch->running; running; running = running->next)
		batch->interface->worker_preempt(running->worker);
	return true;
}

/* What has ended is to be verified, and not after the users of some other
 * device have gone. */
static void batch_review(struct batch *batch)
{
	if (batch->unverified)
		batch_preempt(batch);
}

static void on_progress(size_t step, enum act_phase phase, void *userdata)
{
	struct running *running = userdata;
	int r;

	if (!progress_step(&running->progress, step, phase))
		return;
	running_report(running);
	/* The wait was over before it was asked to end. */
	if (running->cancelled.cause && !running_waits(running))
		running->batch->interface->worker_cancel(running->worker);
	r = running_arm_deadline(running);
	if (r < 0)
		log_warning("%s: its job has no time limit: %s",
			    running->job.device, strerror(-r));
	batch_review(running->batch);
}

void batch_note_block(struct batch *batch, uint64_t id, bool online)
{
	struct running *running;

	for (running = batch->running; running; running = running->next)
		if (progress_block(&running->progress, id, online))
			running_report(running);
}

static void batch_report_end(const struct batch *batch,
			     const struct batch_job *job,
			     const struct act_result *result)
{
	batch->events.ended(job, result, batch->events.userdata);
}

/* A job ends that was not begun, or has done nothing but wait. */
static void batch_report_unbegun(const struct batch *batch,
				 const struct batch_job *job,
				 enum act_cause cause, int error,
				 const char *why)
{
	struct act_result result = {
		.outcome = ACT_LOST,
		.failure = { .cause = cause, .error = error },
	};

	ACT_FAILURE_SET(result.device, job->device);
	ACT_FAILURE_SET(result.failure.device, job->device);
	ACT_FAILURE_SET(result.failure.value, why);
	batch_report_end(batch, job, &result);
}

static void batch_follow(struct batch *batch, struct running *ended);

/* What its worker could not say any more. */
static void running_complete(const struct running *running,
			     struct act_result *result)
{
	const struct plan *plan = running->job.plan;

	ACT_FAILURE_SET(result->device, running->job.device);
	result->step = running->progress.step;
	result->n_steps = plan->n_steps;
	result->kind = plan->steps[result->step].kind;
	if (running->cancelled.cause)
		result->failure = running->cancelled;
}

static bool is_cancelled(const struct running *running,
			 const struct act_result *result)
{
	return result->outcome == ACT_PREEMPTED && running->cancelled.cause;
}

static void on_ended(const struct act_result *reported, void *userdata)
{
	struct running *running = userdata;
	struct batch *batch = running->batch;
	struct act_result result = *reported;

	if (result.outcome == ACT_LOST)
		running_complete(running, &result);
	/* Its region has other devices now. */
	if (plan_steps_lay_out(running->job.plan))
		batch_drop_waiting(batch);
	batch->unverified = true;
	if (is_cancelled(running, &result))
		batch_report_unbegun(batch, &running->job,
				     running->cancelled.cause, 0,
				     running->cancelled.value);
	else
		batch_report_end(batch, &running->job, &result);
	batch_follow(batch, running);
}

static struct job_order order_of(const struct batch *batch,
				 const struct batch_job *job)
{
	const struct broker_interface *interface = batch->interface;
	struct job_order order = {
		.number = job->number,
		.plan = job->plan,
		.undo = job->undo,
		.wait = job->wait,
	};

	if (job->waiting_since)
		order.waited = (interface->now(interface->outside) -
				job->waiting_since) /
			       1000;
	return order;
}

static bool is_of_region(const struct batch_job *job, const char *region)
{
	return strcmp(job->plan->region, region) == 0;
}

/* A process for the job, and for those of its region that wait. */
static int running_start_worker(struct running *running)
{
	const struct worker_events events = {
		.progress = on_progress,
		.ended = on_ended,
		.userdata = running,
	};
	const struct batch *batch = running->batch;
	const char *region = running->job.plan->region;
	_cleanup_free_ struct job_order *orders =
		calloc(1 + batch->n_jobs - batch->n_begun, sizeof(*orders));
	size_t n = 0;

	if (!orders)
		return -ENOMEM;
	orders[n++] = order_of(batch, &running->job);
	for (size_t i = batch->n_begun; i < batch->n_jobs; i++)
		if (is_of_region(&batch->jobs[i], region))
			orders[n++] = order_of(batch, &batch->jobs[i]);
	return batch->interface->worker_start(batch->interface->outside, orders,
					      n, &events, &running->worker);
}

/* The worker of the job before takes it, if that is as good as before. */
static int running_hand_over(struct running *running)
{
	const struct broker_interface *interface = running->batch->interface;
	struct job_order order = order_of(running->batch, &running->job);

	if (running->worker) {
		if (interface->worker_next(running->worker, &order) >= 0)
			return 0;
		interface->worker_free(TAKE_PTR(running->worker));
	}
	return running_start_worker(running);
}

static int running_start(struct running *running, const struct batch_job *job)
{
	const struct broker_interface *interface = running->batch->interface;
	int r;

	running->batch->events.begun(job, running->batch->events.userdata);
	running->job = *job;
	running->cancelled = (struct act_failure){ 0 };
	progress_done(&running->progress);
	r = progress_init(&running->progress, job->plan);
	if (r >= 0 && !running->deadline)
		r = interface->timer_new(interface->outside, on_deadline,
					 running, &running->deadline);
	if (r >= 0)
		r = running_arm_deadline(running);
	return r < 0 ? r : running_hand_over(running);
}

/* What waits stays in its order, behind what was begun. */
static struct batch_job batch_take(struct batch *batch, struct batch_job *job)
{
	struct batch_job *first = &batch->jobs[batch->n_begun++];
	struct batch_job taken = *job;

	memmove(first + 1, first, (char *)job - (char *)first);
	*first = taken;
	return taken;
}

static int batch_start(struct batch *batch, const struct batch_job *job)
{
	_cleanup_(cleanup_running_free) struct running *running =
		calloc(1, sizeof(*running));
	int r;

	if (!running)
		return -ENOMEM;
	running->batch = batch;
	r = running_start(running, job);
	if (r < 0)
		return r;
	running->next = batch->running;
	batch->running = TAKE_PTR(running);
	batch->n_running++;
	return 0;
}

static void batch_report_failure(const struct batch *batch,
				 const struct batch_job *job, int error)
{
	batch_report_unbegun(batch, job, ACT_CAUSE_NO_WORKER, -error, "");
}

static bool region_is_busy(const struct batch *batch, const char *region)
{
	const struct running *running;

	for (running = batch->running; running; running = running->next)
		if (is_of_region(&running->job, region))
			return true;
	return false;
}

/* The first that waits and whose region is free; NULL: none. */
static struct batch_job *batch_next(const struct batch *batch)
{
	if (batch->n_running >= BATCH_RUNNING_MAX)
		return NULL;
	for (size_t i = batch->n_begun; i < batch->n_jobs; i++)
		if (!region_is_busy(batch, batch->jobs[i].plan->region))
			return &batch->jobs[i];
	return NULL;
}

static void batch_go_on(struct batch *batch)
{
	struct batch_job *next;
	int r;

	while ((next = batch_next(batch))) {
		struct batch_job job = batch_take(batch, next);

		r = batch_start(batch, &job);
		if (r < 0)
			batch_report_failure(batch, &job, r);
	}
	if (batch->running) {
		batch_review(batch);
		return;
	}
	batch_clear(batch);
	batch->events.all_ended(batch->events.userdata);
}

/* The first of the region that waits; NULL: none. */
static struct batch_job *batch_next_of(const struct batch *batch,
				       const char *region)
{
	for (size_t i = batch->n_begun; i < batch->n_jobs; i++)
		if (is_of_region(&batch->jobs[i], region))
			return &batch->jobs[i];
	return NULL;
}

static void batch_pass_on(struct batch *batch, struct running *ended,
			  struct batch_job *next)
{
	const struct batch_job job = batch_take(batch, next);
	int r = running_start(ended, &job);

	if (r >= 0)
		return;
	batch_remove(batch, ended);
	batch_report_failure(batch, &job, r);
}

/* The next job of the region is for the worker of the one that has ended. */
static void batch_follow(struct batch *batch, struct running *ended)
{
	struct batch_job *next = batch_next_of(batch, ended->job.plan->region);

	if (next)
		batch_pass_on(batch, ended, next);
	else
		batch_remove(batch, ended);
	batch_go_on(batch);
}

void batch_begin(struct batch *batch, struct batch_job *jobs, size_t n)
{
	batch_clear(batch);
	batch->jobs = jobs;
	batch->n_jobs = n;
	batch->busy = true;
	for (size_t i = 0; i < n; i++) {
		jobs[i].number = ++batch->n_numbers;
		batch->events.queued(&jobs[i], batch->events.userdata);
	}
	batch_go_on(batch);
}

bool batch_stop(struct batch *batch)
{
	struct running *running;

	batch_drop_waiting(batch);
	for (running = batch->running; running; running = running->next)
		running_kill(running, ACT_CAUSE_STOPPED, "");
	return batch->running;
}

static int cancel_waiting(struct batch *batch, const char *device,
			  const char *why)
{
	for (size_t i = batch->n_begun; i < batch->n_jobs; i++) {
		struct batch_job job = batch->jobs[i];

		if (strcmp(job.device, device) != 0)
			continue;
		batch_take(batch, &batch->jobs[i]);
		batch_report_unbegun(batch, &job, ACT_CAUSE_CANCELLED, 0, why);
		return 0;
	}
	return -ENOENT;
}

int batch_cancel(struct batch *batch, const char *device, const char *why)
{
	struct running *running;

	for (running = batch->running; running; running = running->next) {
		if (strcmp(running->job.device, device) != 0)
			continue;
		running_cancel(running, why);
		return 0;
	}
	return cancel_waiting(batch, device, why);
}
