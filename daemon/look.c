// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/broker-private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "daemon/act/announce.h"
#include "daemon/report.h"

void broker_drop_job(struct broker *broker)
{
	if (broker->worker)
		worker_free(broker->worker);
	if (broker->survey)
		survey_free(broker->survey);
	broker->worker = NULL;
	broker->survey = NULL;
	broker->plan = NULL;
	broker->undoing = false;
	broker->deadline = sd_event_source_disable_unref(broker->deadline);
	broker->step = 0;
	free(TAKE_PTR(broker->cancelled));
}

/* Returns 0, or the error of reading the policies, which then stay as they
 * were. */
static int broker_load(struct broker *broker)
{
	struct policy_set *policies;
	int r;

	if (!broker->reload_wanted)
		return 0;
	broker->reload_wanted = false;
	r = policy_load(broker->root_fd, broker->trusted_uid, &policies);
	if (r < 0)
		return r;
	if (broker->policies) {
		policy_set_free(broker->policies);
		record_table_reset(&broker->records);
	}
	broker->policies = policies;
	report_policies(policies);
	return 0;
}

/* Present=keep is for what was there before us: the devices that the first look
 * kept for it, until a reload. */
static unsigned int plan_flags(const struct facts_device *device,
			       void *userdata)
{
	const struct broker *broker = userdata;
	const struct record *record;

	record = record_table_find(&broker->records, device->identity);
	if (!broker->looked || (record && record->as_found))
		return PLAN_FIRST_SIGHT;
	return 0;
}

static struct record *broker_note(struct broker *broker,
				  const struct survey_item *item)
{
	const char *job = NULL;
	struct record *record;
	bool news = false;

	record = record_table_note(&broker->records, item, broker_now(), &news);
	if (!record)
		return NULL;
	if (!broker->looked)
		record->as_found = item->plan->outcome == PLAN_KEEP;
	if (broker->job_identity &&
	    strcmp(broker->job_identity, record->identity) == 0)
		job = broker->job;
	if (news)
		report_record(record, job);
	return record;
}

/* What is to be done next. */
struct work {
	struct record *record; /* NULL: nothing */
	const struct survey_item *item;
	const struct journal_job *undo; /* this, instead of the item's plan */
};

/* All jobs of the device that were cut off are over. */
static void broker_close_jobs(struct broker *broker,
			      const struct record *record, const char *word)
{
	for (size_t i = 0; i < broker->cut_off.n; i++) {
		const struct journal_job *job = &broker->cut_off.jobs[i];

		/* If that fails, the next look sees it again. */
		if (recovery_is_about(job, record))
			journal_end(broker->root_fd, job->id, word);
	}
}

/* Sees to jobs of the device that were cut off. Returns the one that is to be
 * undone, or NULL. */
static const struct journal_job *broker_recover(struct broker *broker,
						const struct survey_item *item,
						struct record *record)
{
	_cleanup_free_ char *text = NULL;
	const struct journal_job *job;
	enum recovery recovery;

	recovery = recovery_choose(&broker->cut_off, record, item, &job);
	if (recovery == RECOVERY_NONE)
		return NULL;
	text = recovery_describe(job, recovery);
	if (recovery == RECOVERY_GIVE_UP) {
		record_give_up(record, text);
		report_record(record, NULL);
		broker_close_jobs(broker, record, "stuck");
	} else if (recovery == RECOVERY_DONE) {
		broker_close_jobs(broker, record, "finished");
	}
	if (recovery != RECOVERY_GIVE_UP)
		report_cut_off(record, text ?: "a job was cut off");
	return recovery == RECOVERY_UNDO ? job : NULL;
}

/* Takes @survey into the records. Returns 0, and in *ret what is to be done
 * first; or -ENOMEM. */
static int broker_take(struct broker *broker, const struct survey *survey,
		       struct work *ret)
{
	*ret = (struct work){ 0 };
	broker->n_regions = survey->snapshot->n_regions;
	record_table_begin(&broker->records);
	for (size_t i = 0; i < survey->n_items; i++) {
		const struct survey_item *item = &survey->items[i];
		struct record *record = broker_note(broker, item);
		const struct journal_job *undo;

		if (!record)
			return -ENOMEM;
		if (ret->record)
			continue;
		undo = broker_recover(broker, item, record);
		if (undo || record_wants_job(record, item))
			*ret = (struct work){ record, item, undo };
	}
	record_table_end(&broker->records);
	return 0;
}

static void broker_tell_problems(const struct survey *survey)
{
	for (size_t i = 0; i < survey->snapshot->n_problems; i++)
		log_debug("sysfs: %s", survey->snapshot->problems[i]);
}

static void broker_on_progress(size_t step, bool undo, void *userdata)
{
	_cleanup_free_ char *what = NULL, *text = NULL;
	struct broker *broker = userdata;
	const struct plan *plan = broker->plan;
	struct log_context context = {
		.device = plan->device,
		.region = plan->region,
		.job = broker->job,
	};

	if (step >= plan->n_steps)
		return;
	broker->step = step;
	what = undo ? plan_step_describe_undo(plan, &plan->steps[step])
		    : plan_step_describe(plan, &plan->steps[step]);
	if (asprintf(&text, "%s: %sstep %zu of %zu: %s", plan->device,
		     undo ? "undoing " : "", step + 1, plan->n_steps,
		     what ?: plan_step_kind_name(plan->steps[step].kind)) < 0) {
		text = NULL;
		return;
	}
	log_message(LOG_DEBUG, &context, "%s", text);
	broker_tell_progress(broker, text);
}

/* Undoing what was cut off says nothing about the decision: the record's
 * outcome stays that of the look, unless it failed. */
static int broker_note_undone(struct record *record,
			      const struct act_result *result)
{
	if (result->outcome == ACT_STUCK)
		return record_give_up(record, result->message);
	report_cut_off(record, "What the job had done that was cut off is "
			       "undone");
	return 0;
}

/* Takes @result into the record, and tells of it. */
static void broker_note_result(struct broker *broker, struct record *record,
			       const struct act_result *result)
{
	int r = broker->undoing ? broker_note_undone(record, result)
				: record_job_ended(record, result);

	if (r < 0)
		log_error("out of memory");
	if (result->outcome == ACT_OVERTAKEN)
		log_info("%s: %s; it is planned anew", record->device,
			 result->message ? result->message : "overtaken");
	else if (result->outcome == ACT_STUCK ||
		 (!broker->undoing && result->outcome != ACT_DONE))
		report_record(record, broker->job);
}

/* "The switch was cancelled at step 1 of 3 (...), for WHY" and what to do. */
static char *describe_cancel(const struct broker *broker)
{
	const struct plan *plan = broker->plan;
	_cleanup_free_ char *step =
		plan_step_describe(plan, &plan->steps[broker->step]);
	char *text;

	if (asprintf(&text,
		     "The switch was cancelled at step %zu of %zu (%s): %s. "
		     "What it had done is undone; \"daxbroker diagnose %s\" "
		     "tells what keeps memory from going offline",
		     broker->step + 1, plan->n_steps, step ?: "?",
		     broker->cancelled, plan->device) < 0)
		return NULL;
	return text;
}

/* The worker is gone without a result. What it had begun stands in the journal
 * and is seen to by the next look, or by the next start. */
static void broker_note_lost(struct broker *broker, struct record *record,
			     const char *why)
{
	_cleanup_free_ char *text = NULL;
	struct journal_list cut_off;
	bool begun = false;

	if (act_read_cut_off(broker->root_fd, &cut_off) == 0) {
		begun = recovery_is_due(&cut_off, record);
		journal_list_clear(&cut_off);
	}
	if (broker->cancelled) {
		why = text = describe_cancel(broker);
	} else if (begun && !broker->stopping) {
		log_warning("%s: %s", record->device, why);
		return;
	}
	if (record_job_lost(record, why ?: "cancelled") < 0)
		log_error("out of memory");
	report_record(record, broker->job);
}

static void broker_on_ended(const struct act_result *result, const char *why,
			    void *userdata)
{
	struct broker *broker = userdata;
	struct record *record;

	if (broker->stopping)
		why = "The daemon was stopped in the middle of its switch; "
		      "the next start goes on from what it finds.";
	record = record_table_find(&broker->records, broker->plan->identity);
	if (record && result)
		broker_note_result(broker, record, result);
	else if (record)
		broker_note_lost(broker, record, why);
	if (!result)
		act_recover(broker->root_fd);
	broker_drop_job(broker);
	if (broker->stopping)
		broker_tell_settled(broker);
	else
		broker_schedule(broker, 0);
}

static void broker_number_job(struct broker *broker,
			      const struct record *record)
{
	snprintf(broker->job, sizeof(broker->job), "%u", ++broker->n_jobs);
	free(broker->job_identity);
	broker->job_identity = strdup(record->identity);
}

/* Returns 1 when the job is under way, which then owns @survey; 0 when none
 * could be started; -ENOMEM. */
static int broker_begin(struct broker *broker, struct survey *survey,
			const struct work *work)
{
	const struct worker_events events = {
		.progress = broker_on_progress,
		.ended = broker_on_ended,
		.userdata = broker,
	};
	const struct job_order order = {
		.plan = work->undo ? work->undo->plan : work->item->plan,
		.undo = work->undo,
	};
	struct record *record = work->record;
	int r;

	broker_number_job(broker, record);
	if (!work->undo) {
		report_job_begun(record, order.plan, broker->job);
		record_job_begun(record, broker_now());
	}
	r = worker_start(broker->event, broker->root_fd, &order, &events,
			 &broker->worker);
	if (r < 0) {
		log_error("%s: no worker process could be started: %s",
			  record->device, strerror(-r));
		return record_job_lost(record,
				       "No worker process could be started. "
				       "Reload when the machine has room.");
	}
	broker->survey = survey;
	broker->plan = order.plan;
	broker->undoing = work->undo;
	r = broker_arm_deadline(broker);
	if (r < 0)
		log_warning("%s: its job has no time limit: %s", record->device,
			    strerror(-r));
	return 1;
}

static int broker_survey(struct broker *broker, struct survey **ret)
{
	/* Taken first: what comes later may be missing in the survey. */
	uint64_t last = act_last_uevent(broker->root_fd);
	int r;

	r = survey_take_with(broker->root_fd, broker->policies, plan_flags,
			     broker, ret);
	if (r >= 0)
		broker->last_uevent = last;
	return r;
}

/* One look; 1: a job has begun, 0: nothing is to be done. */
static int broker_step(struct broker *broker)
{
	_cleanup_survey_ struct survey *survey = NULL;
	struct work work;
	int r;

	journal_list_clear(&broker->cut_off);
	r = act_read_cut_off(broker->root_fd, &broker->cut_off);
	if (r < 0)
		return r;
	r = broker_survey(broker, &survey);
	if (r < 0)
		return r;
	broker_tell_problems(survey);
	r = broker_take(broker, survey, &work);
	if (r < 0)
		return r;
	broker->looked = true;
	if (!work.record)
		return 0;
	r = broker_begin(broker, survey, &work);
	if (r > 0)
		survey = NULL;
	else if (r == 0)
		broker_schedule(broker, 0); /* for the devices after it */
	return r < 0 ? r : 1;
}

void broker_evaluate(struct broker *broker)
{
	int r;

	broker->error = broker_load(broker);
	if (broker->error)
		log_error("The policies cannot be read (%s); what was read "
			  "before, if anything, stays in force",
			  strerror(-broker->error));
	if (broker->policies) {
		r = broker_step(broker);
		if (r > 0)
			return;
		if (r < 0) {
			broker->error = r;
			log_error("The machine's memory cannot be looked at: "
				  "%s",
				  strerror(-r));
		}
	}
	broker_tell_settled(broker);
}
