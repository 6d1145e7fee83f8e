// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/broker-private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "broker/report.h"

/* Processes at once; more regions than that wait. */
#define RUNNING_MAX 16

/* What a step may take, for itself and for each memory block of the device. */
#define STEP_USEC (5 * 60 * UINT64_C(1000000))
#define STEP_USEC_PER_BLOCK UINT64_C(1000000)

/* A job that runs. */
struct running {
	struct broker *broker;
	struct running *next;
	struct worker *worker;
	struct record *record; /* stays until the next look */
	const struct plan *plan;
	bool undoing; /* it undoes a job that was cut off */
	struct progress progress;
	sd_event_source *deadline; /* of the step that it is at */
	char *cancelled;	   /* why it is made to end, or NULL */
};

static void running_free(struct running *running)
{
	if (running->worker)
		worker_free(running->worker);
	sd_event_source_disable_unref(running->deadline);
	progress_done(&running->progress);
	free(running->cancelled);
	free(running);
}

static void batch_remove(struct batch *batch, struct running *running)
{
	struct running **at = &batch->running;

	while (*at != running)
		at = &(*at)->next;
	*at = running->next;
	batch->n_running--;
	running_free(running);
}

void batch_clear(struct broker *broker)
{
	struct batch *batch = &broker->batch;

	while (batch->running)
		batch_remove(batch, batch->running);
	free(batch->waiting);
	survey_free(batch->survey);
	*batch = (struct batch){ 0 };
}

static int running_cancel(struct running *running, const char *why)
{
	char *copy = strdup(why);

	if (!copy)
		return -ENOMEM;
	free(running->cancelled);
	running->cancelled = copy;
	worker_cancel(running->worker);
	return 0;
}

static int on_deadline(sd_event_source *source _unused_, uint64_t usec _unused_,
		       void *userdata)
{
	return running_cancel(userdata, "it took too long");
}

/* It does nothing but wait for the users of its device to go. */
static bool running_waits(const struct running *running)
{
	return running->progress.phase == ACT_WAITING;
}

/* The kernel tries for ever to move memory that is pinned. Waiting for users
 * has its own time, BusyTimeout=. */
static int running_arm_deadline(struct running *running)
{
	const struct plan *plan = running->plan;
	int r;

	if (!running->deadline) {
		r = sd_event_add_time(running->broker->event,
				      &running->deadline, CLOCK_MONOTONIC, 0,
				      UINT64_C(1000000), on_deadline, running);
		if (r < 0)
			return r;
	}
	r = sd_event_source_set_time(running->deadline,
				     broker_now() + STEP_USEC +
					     plan->n_blocks *
						     STEP_USEC_PER_BLOCK);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(
		running->deadline,
		running_waits(running) ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
}

static void running_tell(struct running *running)
{
	struct record *record = running->record;
	struct log_context context = {
		.device = record->device,
		.region = record->region,
		.job = record->job,
	};
	char *text = progress_describe(&running->progress);

	if (!text)
		return;
	log_message(LOG_DEBUG, &context, "%s", text);
	broker_tell_progress(running->broker, text);
	free(record->progress);
	record->progress = text;
}

bool batch_preempt(struct broker *broker)
{
	struct running *running;

	for (running = broker->batch.running; running; running = running->next)
		if (!running_waits(running))
			return false;
	batch_drop_waiting(broker);
	for (running = broker->batch.running; running; running = running->next)
		worker_preempt(running->worker);
	return true;
}

/* What has ended is to be verified, and not after the users of some other
 * device have gone. */
static void batch_review(struct broker *broker)
{
	if (broker->batch.unverified)
		batch_preempt(broker);
}

static void on_progress(size_t step, enum act_phase phase, void *userdata)
{
	struct running *running = userdata;
	int r;

	if (!progress_step(&running->progress, step, phase))
		return;
	running_tell(running);
	r = running_arm_deadline(running);
	if (r < 0)
		log_warning("%s: its job has no time limit: %s",
			    running->plan->device, strerror(-r));
	batch_review(running->broker);
}

void batch_note_block(struct broker *broker, uint64_t id, bool online)
{
	struct running *running;

	for (running = broker->batch.running; running; running = running->next)
		if (progress_block(&running->progress, id, online))
			running_tell(running);
}

/* Undoing what was cut off says nothing about the decision: the record's
 * outcome stays that of the look, unless it failed. */
static int note_undone(struct record *record, const struct act_result *result)
{
	_cleanup_free_ char *text = NULL;

	if (result->outcome == ACT_STUCK)
		return record_give_up(record, result->message);
	if (asprintf(&text,
		     "What the job had done that was cut off is undone%s%s",
		     result->message ? ". Found in the way: " : "",
		     result->message ?: "") < 0)
		return -ENOMEM;
	report_cut_off(record, text);
	return result->message ? record_add_blocker(record, result->message)
			       : 0;
}

static void note_result(struct running *running,
			const struct act_result *result)
{
	struct record *record = running->record;
	int r = running->undoing
			? note_undone(record, result)
			: record_job_ended(record, result, broker_now());

	if (r < 0)
		log_error("out of memory");
	if (result->outcome == ACT_PREEMPTED)
		return;
	if (result->outcome == ACT_OVERTAKEN)
		log_info("%s: %s; it is planned anew", record->device,
			 result->message ? result->message : "overtaken");
	else if (result->outcome == ACT_STUCK ||
		 (!running->undoing && result->outcome != ACT_DONE))
		report_record(record);
}

/* "The switch was cancelled at step 1 of 3 (...): WHY" and what to do. */
static char *describe_cancel(const struct running *running)
{
	const struct plan *plan = running->plan;
	size_t at = running->progress.step;
	_cleanup_free_ char *step = plan_step_describe(plan, &plan->steps[at]);
	char *text;

	if (asprintf(&text,
		     "The switch was cancelled at step %zu of %zu (%s): %s. "
		     "What it had done is undone; \"daxbroker diagnose %s\" "
		     "tells what keeps memory from going offline",
		     at + 1, plan->n_steps, step ?: "?", running->cancelled,
		     plan->device) < 0)
		return NULL;
	return text;
}

static bool was_begun(const struct running *running)
{
	struct journal_list jobs;
	bool begun;

	if (act_read_open(running->broker->root_fd, &jobs) < 0)
		return false;
	begun = recovery_is_due(&jobs, running->record);
	journal_list_clear(&jobs);
	return begun;
}

/* The worker is gone without a result. What it had begun stands in the journal
 * and is seen to by the next look, or by the next start. */
static void note_lost(struct running *running, const char *why)
{
	struct record *record = running->record;
	_cleanup_free_ char *text = NULL;

	act_recover(running->broker->root_fd);
	if (running->broker->stopping) {
		why = "The daemon was stopped in the middle of its switch; "
		      "the next start goes on from what it finds.";
	} else if (running->cancelled) {
		why = text = describe_cancel(running);
	} else if (was_begun(running)) {
		log_warning("%s: %s", record->device, why);
		return;
	}
	if (record_job_lost(record, why ?: "cancelled") < 0)
		log_error("out of memory");
	report_record(record);
}

static void batch_go_on(struct broker *broker);

static void on_ended(const struct act_result *result, const char *why,
		     void *userdata)
{
	struct running *running = userdata;
	struct broker *broker = running->broker;

	free(TAKE_PTR(running->record->progress));
	/* Its region has other devices now. */
	if (plan_is_layout(running->plan))
		batch_drop_waiting(broker);
	broker->batch.unverified = true;
	if (result)
		note_result(running, result);
	else
		note_lost(running, why);
	batch_remove(&broker->batch, running);
	batch_go_on(broker);
}

static int running_start(struct running *running, const struct work *work)
{
	const struct worker_events events = {
		.progress = on_progress,
		.ended = on_ended,
		.userdata = running,
	};
	const struct job_order order = {
		.plan = running->plan,
		.undo = work->undo,
		.wait = work->wait,
		.waited = record_waited(work->record, broker_now()),
	};
	struct broker *broker = running->broker;
	int r;

	r = progress_init(&running->progress, running->plan);
	if (r >= 0)
		r = running_arm_deadline(running);
	if (r >= 0)
		r = worker_start(broker->event, broker->root_fd, &order,
				 &events, &running->worker);
	return r;
}

static int batch_start(struct broker *broker, const struct work *work)
{
	struct batch *batch = &broker->batch;
	struct record *record = work->record;
	struct running *running = calloc(1, sizeof(*running));
	int r;

	if (!running)
		return -ENOMEM;
	*running = (struct running){
		.broker = broker,
		.record = record,
		.plan = work->undo ? work->undo->plan : work->item->plan,
		.undoing = work->undo,
	};
	snprintf(record->job, sizeof(record->job), "%u", ++broker->n_jobs);
	if (!work->undo) {
		report_job_begun(record, running->plan);
		record_job_begun(record, broker_now());
	}
	r = running_start(running, work);
	if (r < 0) {
		running_free(running);
		return r;
	}
	running->next = batch->running;
	batch->running = running;
	batch->n_running++;
	return 0;
}

static bool region_is_busy(const struct batch *batch, const char *region)
{
	const struct running *running;

	for (running = batch->running; running; running = running->next)
		if (strcmp(running->plan->region, region) == 0)
			return true;
	return false;
}

/* The first that is waiting and whose region is free; NULL: none. */
static struct work *batch_next(struct batch *batch)
{
	if (batch->n_running >= RUNNING_MAX)
		return NULL;
	for (size_t i = batch->n_begun; i < batch->n_waiting; i++)
		if (!region_is_busy(batch,
				    batch->waiting[i].item->plan->region))
			return &batch->waiting[i];
	return NULL;
}

/* What waits stays in its order, behind what was begun. */
static struct work batch_take(struct batch *batch, struct work *work)
{
	struct work *first = &batch->waiting[batch->n_begun++];
	struct work taken = *work;

	memmove(first + 1, first, (char *)work - (char *)first);
	*first = taken;
	return taken;
}

void batch_drop_waiting(struct broker *broker)
{
	broker->batch.n_waiting = broker->batch.n_begun;
}

static void batch_go_on(struct broker *broker)
{
	struct batch *batch = &broker->batch;
	struct work *next;
	int r;

	while ((next = batch_next(batch))) {
		const struct work work = batch_take(batch, next);

		r = batch_start(broker, &work);
		if (r < 0) {
			log_error("%s: no worker process could be started: %s",
				  work.record->device, strerror(-r));
			record_job_lost(work.record,
					"No worker process could be started. "
					"Reload when the machine has room.");
		}
	}
	if (batch->running) {
		batch_review(broker);
		return;
	}
	batch_clear(broker);
	if (broker->stopping)
		broker_settle(broker);
	else
		broker_schedule(broker, 0);
}

void batch_begin(struct broker *broker, struct survey *survey,
		 struct work *work, size_t n)
{
	broker->batch = (struct batch){
		.survey = survey,
		.waiting = work,
		.n_waiting = n,
	};
	batch_go_on(broker);
}

bool batch_stop(struct broker *broker)
{
	struct running *running;

	batch_drop_waiting(broker);
	for (running = broker->batch.running; running; running = running->next)
		worker_cancel(running->worker);
	return broker->batch.running;
}

static int cancel_waiting(struct broker *broker, const char *device,
			  const char *why)
{
	_cleanup_free_ char *text = NULL;
	struct batch *batch = &broker->batch;

	for (size_t i = batch->n_begun; i < batch->n_waiting; i++) {
		struct record *record = batch->waiting[i].record;

		if (strcmp(record->device, device) != 0)
			continue;
		if (asprintf(&text,
			     "The switch was cancelled before it began: %s",
			     why) < 0)
			return -ENOMEM;
		batch_take(batch, &batch->waiting[i]);
		record_job_lost(record, text);
		report_record(record);
		return 0;
	}
	return -ENOENT;
}

int batch_cancel(struct broker *broker, const char *device, const char *why)
{
	struct running *running;

	for (running = broker->batch.running; running; running = running->next)
		if (strcmp(running->plan->device, device) == 0)
			return running_cancel(running, why);
	return cancel_waiting(broker, device, why);
}
