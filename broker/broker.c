// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/broker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "basic/log.h"
#include "broker/broker-private.h"

/* Events come in bursts (one for each memory block): the first one is waited
 * upon so long, then one look serves them all. */
#define GATHER_USEC (100 * UINT64_C(1000))
/* After a removal was announced, which goes on: on Linux 6.1 who unbinds a
 * provider and who reads its region's attributes can wait for each other. */
#define REMOVAL_USEC UINT64_C(1000000)

uint64_t broker_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * UINT64_C(1000000) + ts.tv_nsec / 1000;
}

static void broker_tell_busy(struct broker *broker)
{
	if (broker->busy)
		return;
	broker->busy = true;
	for (size_t i = 0; i < broker->n_watchers; i++)
		if (broker->watchers[i].busy)
			broker->watchers[i].busy(broker->watchers[i].userdata);
}

static void broker_tell_settled(struct broker *broker)
{
	broker->busy = false;
	for (size_t i = 0; i < broker->n_watchers; i++)
		if (broker->watchers[i].settled)
			broker->watchers[i].settled(
				broker->watchers[i].userdata);
}

void broker_tell_progress(struct broker *broker, const char *text)
{
	for (size_t i = 0; i < broker->n_watchers; i++)
		if (broker->watchers[i].progress)
			broker->watchers[i].progress(
				text, broker->watchers[i].userdata);
}

static void broker_arm_retry(struct broker *broker)
{
	uint64_t at = record_table_next_retry(&broker->records);

	if (at == 0 || broker->stopping) {
		sd_event_source_set_enabled(broker->retry, SD_EVENT_OFF);
		return;
	}
	sd_event_source_set_time(broker->retry, at);
	sd_event_source_set_enabled(broker->retry, SD_EVENT_ONESHOT);
}

void broker_settle(struct broker *broker)
{
	broker_arm_retry(broker);
	broker_tell_settled(broker);
}

static int broker_on_retry(sd_event_source *source _unused_,
			   uint64_t usec _unused_, void *userdata)
{
	struct broker *broker = userdata;

	record_table_retry(&broker->records, broker_now());
	broker_schedule(broker, 0);
	return 0;
}

static int broker_on_timer(sd_event_source *source _unused_,
			   uint64_t usec _unused_, void *userdata)
{
	broker_evaluate(userdata);
	return 0;
}

void broker_schedule(struct broker *broker, uint64_t delay)
{
	uint64_t at = broker_now() + delay, planned;
	int enabled;

	if (broker->stopping)
		return;
	broker_tell_busy(broker);
	/* No look while jobs run: reading sysfs could block on the lock of a
	 * device that one works on. One follows at their end anyway. */
	if (broker->batch.survey)
		return;
	if (sd_event_source_get_enabled(broker->timer, &enabled) > 0 &&
	    sd_event_source_get_time(broker->timer, &planned) >= 0 &&
	    planned <= at)
		return;
	sd_event_source_set_time(broker->timer, at);
	sd_event_source_set_enabled(broker->timer, SD_EVENT_ONESHOT);
}

static int broker_add_timer(struct broker *broker, sd_event_source **ret,
			    sd_event_time_handler_t handler)
{
	int r;

	r = sd_event_add_time(broker->event, ret, CLOCK_MONOTONIC, 0, 1000,
			      handler, broker);
	return r < 0 ? r : sd_event_source_set_enabled(*ret, SD_EVENT_OFF);
}

int broker_new(sd_event *event, int root_fd, uid_t trusted_uid,
	       struct broker **ret)
{
	_cleanup_broker_ struct broker *broker = NULL;
	int r;

	broker = calloc(1, sizeof(*broker));
	if (!broker)
		return -ENOMEM;
	broker->event = sd_event_ref(event);
	broker->root_fd = root_fd;
	broker->trusted_uid = trusted_uid;
	r = broker_add_timer(broker, &broker->timer, broker_on_timer);
	if (r >= 0)
		r = broker_add_timer(broker, &broker->retry, broker_on_retry);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(broker);
	return 0;
}

void broker_free(struct broker *broker)
{
	batch_clear(broker);
	record_table_clear(&broker->records);
	journal_list_clear(&broker->open_jobs);
	if (broker->policies)
		policy_set_free(broker->policies);
	sd_event_source_disable_unref(broker->timer);
	sd_event_source_disable_unref(broker->retry);
	sd_event_unref(broker->event);
	free(broker);
}

int broker_watch(struct broker *broker, const struct broker_watcher *watcher)
{
	if (broker->n_watchers == WATCHERS_MAX)
		return -ENOSPC;
	broker->watchers[broker->n_watchers++] = *watcher;
	return 0;
}

void broker_reload(struct broker *broker)
{
	broker->reload_wanted = true;
	/* What waits was decided by the old policies. */
	batch_drop_waiting(broker);
	batch_preempt(broker);
	broker_schedule(broker, 0);
}

void broker_unplug(struct broker *broker)
{
	broker->unplug = true;
}

static void broker_postpone(struct broker *broker)
{
	sd_event_source_set_enabled(broker->timer, SD_EVENT_OFF);
	broker_schedule(broker, REMOVAL_USEC);
}

/* While jobs are at work, most events are their own, and free nothing. While
 * they only wait, they make none of these. */
static void broker_event_meanwhile(struct broker *broker,
				   const struct broker_event *event)
{
	if (event->block && event->kind != BROKER_EVENT_OTHER)
		batch_note_block(broker, event->block_id,
				 event->kind == BROKER_EVENT_ONLINE);
	/* What waits was decided for another machine. */
	if (event->device && event->kind == BROKER_EVENT_ADD)
		batch_drop_waiting(broker);
	if (event->kind != BROKER_EVENT_OTHER)
		batch_preempt(broker);
}

void broker_event(struct broker *broker, const struct broker_event *event)
{
	/* Old news, most of it our own job's: the last look showed what it
	 * tells. But the kernel announces a removal before it is complete. */
	if (event->kind != BROKER_EVENT_REMOVE && event->seqnum &&
	    event->seqnum <= broker->last_uevent)
		return;
	if (broker->batch.survey)
		broker_event_meanwhile(broker, event);
	else
		record_table_release(&broker->records, event->device);
	if (event->kind == BROKER_EVENT_REMOVE && event->device)
		broker_postpone(broker);
	else
		broker_schedule(broker, GATHER_USEC);
}

void broker_request_pass(struct broker *broker)
{
	broker_schedule(broker, 0);
}

static void broker_tell_unfinished(const struct broker *broker)
{
	for (size_t i = 0; i < broker->records.n; i++) {
		const struct record *record = broker->records.records[i];
		struct log_context context = {
			.device = record->device,
			.region = record->region,
			.policy = record->policy,
		};

		if (record->seen && record->outcome == RECORD_PENDING)
			log_message(LOG_WARNING, &context,
				    "%s (%s): stopping before it is as "
				    "decided; the next start goes on",
				    record->device, record->identity);
	}
}

bool broker_stop(struct broker *broker)
{
	broker->stopping = true;
	sd_event_source_set_enabled(broker->timer, SD_EVENT_OFF);
	sd_event_source_set_enabled(broker->retry, SD_EVENT_OFF);
	broker_tell_unfinished(broker);
	return batch_stop(broker);
}

int broker_cancel(struct broker *broker, const char *device, const char *why)
{
	return batch_cancel(broker, device, why);
}

bool broker_is_settled(const struct broker *broker)
{
	return !broker->busy;
}

const struct record_table *broker_records(const struct broker *broker)
{
	return &broker->records;
}

size_t broker_n_regions(const struct broker *broker)
{
	return broker->n_regions;
}

int broker_error(const struct broker *broker)
{
	return broker->error;
}

static enum exit_code outcome_exit_code(enum record_outcome outcome)
{
	switch (outcome) {
	case RECORD_POLICY_ERROR:
		return EXIT_POLICY;
	case RECORD_REFUSED:
		return EXIT_REFUSED;
	case RECORD_PENDING:
	case RECORD_FAILED:
	case RECORD_STUCK:
	case RECORD_CONTENDED:
		return EXIT_FAILED;
	case RECORD_AS_DECIDED:
	case RECORD_SWITCHED:
	case RECORD_KEPT:
	case RECORD_OUTCOMES:
		break;
	}
	return EXIT_OK;
}

enum exit_code broker_exit_code(const struct broker *broker)
{
	enum exit_code worst = EXIT_OK;

	if (broker->error || !broker->policies) /* the latter: stopped early */
		return EXIT_ERROR;
	if (policy_set_has_errors(broker->policies))
		worst = EXIT_POLICY;
	for (size_t i = 0; i < broker->records.n; i++) {
		const struct record *record = broker->records.records[i];
		enum exit_code code = outcome_exit_code(record->outcome);

		if (record->seen && code > worst)
			worst = code;
	}
	return worst;
}
