// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/broker-private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/announce.h"
#include "basic/log.h"
#include "broker/finding.h"
#include "broker/report.h"

/* Returns 0, or the error of reading the policies, which then stay as they
 * were. */
static int broker_load(struct broker *broker)
{
	struct policy_set *policies;
	int r;

	if (!broker->reload_wanted)
		return 0;
	broker->reload_wanted = false;
	r = policy_set_load(broker->root_fd, broker->trusted_uid, &policies);
	if (r < 0)
		return r;
	if (broker->unplug)
		policy_set_unplug(policies);
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

/* Whoever looks for the other agent wants to know what it makes of the device.
 */
static void broker_note_finding(struct record *record,
				const struct survey *survey,
				const struct plan_item *item)
{
	_cleanup_free_ char *seen = NULL;

	if (record->outcome != RECORD_CONTENDED)
		return;
	seen = finding_describe(survey->snapshot, item->device);
	if (!seen || record_add_finding(record, seen) < 0)
		log_error("out of memory");
}

static struct record *broker_note(struct broker *broker,
				  const struct survey *survey,
				  const struct plan_item *item)
{
	struct record *record;
	bool news = false;

	record = record_table_note(&broker->records, item, broker_now(), &news);
	if (!record)
		return NULL;
	if (!broker->looked)
		record->as_found = item->plan->outcome == PLAN_KEEP;
	broker_note_finding(record, survey, item);
	if (news)
		report_record(record);
	/* What comes after this is no news of that job any more. */
	record->job[0] = '\0';
	return record;
}

/* All jobs of the device that were cut off are over. */
static void broker_close_jobs(struct broker *broker,
			      const struct record *record, const char *word)
{
	for (size_t i = 0; i < broker->open_jobs.n; i++) {
		const struct journal_job *job = &broker->open_jobs.jobs[i];

		/* If that fails, the next look sees it again. */
		if (recovery_is_about(job, record))
			journal_end(broker->root_fd, job->id, word);
	}
}

/* Sees to jobs of the device that were cut off. Returns the one that is to be
 * undone, or NULL. */
static const struct journal_job *broker_recover(struct broker *broker,
						const struct plan_item *item,
						struct record *record)
{
	_cleanup_free_ char *text = NULL;
	const struct journal_job *job;
	enum recovery recovery;

	recovery = recovery_choose(&broker->open_jobs, record, item, &job);
	if (recovery == RECOVERY_NONE)
		return NULL;
	text = recovery_describe(job, recovery);
	if (recovery == RECOVERY_GIVE_UP) {
		record_give_up(record, text);
		report_record(record);
		broker_close_jobs(broker, record, "stuck");
	} else if (recovery == RECOVERY_DONE) {
		broker_close_jobs(broker, record, "finished");
	}
	if (recovery != RECOVERY_GIVE_UP)
		report_cut_off(record, text ?: "a job was cut off");
	return recovery == RECOVERY_UNDO ? job : NULL;
}

/* Takes @survey into the records. Returns how many of its devices something is
 * to be done for, and those in *ret, to be freed; or -ENOMEM. */
static ssize_t broker_take(struct broker *broker, const struct survey *survey,
			   struct work **ret)
{
	_cleanup_free_ struct work *work =
		calloc(survey->n_items + 1, sizeof(*work));
	size_t n = 0;

	if (!work)
		return -ENOMEM;
	broker->n_regions = survey->snapshot->n_regions;
	record_table_begin(&broker->records);
	for (size_t i = 0; i < survey->n_items; i++) {
		const struct plan_item *item = &survey->items[i];
		struct record *record = broker_note(broker, survey, item);
		const struct journal_job *undo;

		if (!record)
			return -ENOMEM;
		undo = broker_recover(broker, item, record);
		if (undo || record_wants_job(record, item))
			work[n++] = (struct work){ record, item, undo,
						   recovery_is_at_work(
							   &broker->open_jobs,
							   record->region) };
	}
	record_table_end(&broker->records);
	*ret = TAKE_PTR(work);
	return (ssize_t)n;
}

/* Else they would stay open until the next boot, and the journal grow. */
static void broker_close_moot_jobs(struct broker *broker)
{
	for (size_t i = 0; i < broker->open_jobs.n; i++) {
		const struct journal_job *job = &broker->open_jobs.jobs[i];
		const struct log_context context = {
			.device = job->plan->device,
			.region = job->plan->region,
		};
		_cleanup_free_ char *text = NULL;

		if (!recovery_is_moot(job, &broker->records))
			continue;
		text = recovery_describe(job, RECOVERY_GONE);
		log_message(LOG_INFO, &context, "%s", text ?: "a job is moot");
		journal_end(broker->root_fd, job->id, "gone");
	}
}

static void broker_tell_problems(const struct survey *survey)
{
	for (size_t i = 0; i < survey->snapshot->n_problems; i++)
		log_debug("sysfs: %s", survey->snapshot->problems[i]);
}

static int broker_survey(struct broker *broker, struct survey **ret)
{
	/* Taken first: what comes later may be missing in the survey. */
	uint64_t last = announce_last_uevent(broker->root_fd);
	int r;

	r = survey_take_with(broker->root_fd, broker->policies, plan_flags,
			     broker, ret);
	if (r >= 0)
		broker->last_uevent = last;
	return r;
}

/* One look; 1: there is work, and it has begun; 0: nothing is to be done. */
static int broker_step(struct broker *broker)
{
	_cleanup_survey_ struct survey *survey = NULL;
	_cleanup_free_ struct work *work = NULL;
	ssize_t n;
	int r;

	journal_list_clear(&broker->open_jobs);
	r = act_read_open(broker->root_fd, &broker->open_jobs);
	if (r < 0)
		return r;
	if (broker->open_jobs.n == 0)
		journal_trim(broker->root_fd);
	r = broker_survey(broker, &survey);
	if (r < 0)
		return r;
	broker_tell_problems(survey);
	n = broker_take(broker, survey, &work);
	if (n < 0)
		return (int)n;
	broker->looked = true;
	broker_close_moot_jobs(broker);
	if (n == 0)
		return 0;
	batch_begin(broker, TAKE_PTR(survey), TAKE_PTR(work), n);
	return 1;
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
	broker_settle(broker);
}
