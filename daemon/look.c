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

/* Takes @survey into the records. Returns 0, and the first item that is to be
 * switched now or NULL with its record; or -ENOMEM. */
static int broker_take(struct broker *broker, const struct survey *survey,
		       const struct survey_item **ret_item,
		       struct record **ret_record)
{
	*ret_item = NULL;
	broker->n_regions = survey->snapshot->n_regions;
	record_table_begin(&broker->records);
	for (size_t i = 0; i < survey->n_items; i++) {
		const struct survey_item *item = &survey->items[i];
		struct record *record = broker_note(broker, item);

		if (!record)
			return -ENOMEM;
		if (!*ret_item && record_wants_job(record, item)) {
			*ret_item = item;
			*ret_record = record;
		}
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

static void broker_on_ended(const struct act_result *result, const char *why,
			    void *userdata)
{
	struct broker *broker = userdata;
	struct record *record;
	int r = 0;

	if (broker->stopping)
		why = "The daemon was stopped in the middle of its switch; "
		      "the next start goes on from what it finds.";
	record = record_table_find(&broker->records, broker->plan->identity);
	if (record && result)
		r = record_job_ended(record, result);
	else if (record)
		r = record_job_lost(record, why);
	if (r < 0)
		log_error("out of memory");
	if (record && result && result->outcome == ACT_OVERTAKEN)
		log_info("%s: %s; it is planned anew", record->device,
			 result->message ? result->message : "overtaken");
	else if (record && (!result || result->outcome != ACT_DONE))
		report_record(record, broker->job);
	if (!result)
		act_recover(broker->root_fd);
	broker_drop_job(broker);
	if (broker->stopping)
		broker_tell_settled(broker);
	else
		broker_schedule(broker, 0);
}

/* Returns 1 when the job of @survey's @item is under way, which then owns the
 * survey; 0 when none could be started; -ENOMEM. */
static int broker_begin(struct broker *broker, struct survey *survey,
			const struct survey_item *item, struct record *record)
{
	const struct worker_events events = {
		.progress = broker_on_progress,
		.ended = broker_on_ended,
		.userdata = broker,
	};
	int r;

	snprintf(broker->job, sizeof(broker->job), "%u", ++broker->n_jobs);
	free(broker->job_identity);
	broker->job_identity = strdup(record->identity);
	report_job_begun(record, item->plan, broker->job);
	record_job_begun(record, broker_now());
	r = worker_start(broker->event, broker->root_fd, item->plan,
			 broker->meanwhile, &events, &broker->worker);
	if (r < 0) {
		log_error("%s: no worker process could be started: %s",
			  record->device, strerror(-r));
		return record_job_lost(record,
				       "No worker process could be started. "
				       "Reload when the machine has room.");
	}
	broker->survey = survey;
	broker->plan = item->plan;
	return 1;
}

static int broker_survey(struct broker *broker, struct survey **ret)
{
	/* Taken first: what comes later may be missing in the survey. */
	uint64_t last = act_last_uevent(broker->root_fd);
	int r;

	broker->meanwhile = act_is_at_work(broker->root_fd);
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
	const struct survey_item *item;
	struct record *record = NULL;
	int r;

	r = broker_survey(broker, &survey);
	if (r < 0)
		return r;
	broker_tell_problems(survey);
	r = broker_take(broker, survey, &item, &record);
	if (r < 0)
		return r;
	broker->looked = true;
	if (!item)
		return 0;
	r = broker_begin(broker, survey, item, record);
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
