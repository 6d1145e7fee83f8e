// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/broker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "act/run.h"
#include "act/uevent.h"
#include "basic/log.h"
#include "basic/names.h"
#include "broker/announcement.h"
#include "broker/batch.h"
#include "broker/bystanders.h"
#include "broker/decided-file.h"
#include "broker/ending.h"
#include "broker/job-book.h"
#include "broker/lease-desk.h"
#include "broker/overrides.h"
#include "broker/pass-maker.h"
#include "broker/pass-report.h"
#include "broker/pass.h"
#include "broker/plugged.h"
#include "broker/report.h"
#include "policy/set-load.h"

/* Events come in bursts (one for each memory block): after the first one the
 * pass waits so long, then it serves them all. */
#define GATHER_USEC (100 * UINT64_C(1000))
/* After a removal was announced, which goes on: on Linux 6.1 who unbinds a
 * provider and who reads its region's attributes can wait for each other. */
#define REMOVAL_USEC UINT64_C(1000000)
/* Where removals go on and on, after the first. */
#define REMOVALS_USEC (10 * REMOVAL_USEC)

/* After a pass that failed: memory or descriptors may be there again. */
#define FAILED_USEC (60 * UINT64_C(1000000))

struct broker {
	struct broker_interface interface;
	struct broker_timer *timer; /* the next pass */
	struct broker_timer
		*retry; /* when a job, a pass or a name is due again */
	struct broker_timer *expiry; /* when an override ends by itself */
	uint64_t pass_at;	     /* when timer expires; 0: it is off */
	uint64_t removal_at; /* the first that the pass waits for; 0: none */
	int root_fd;
	uid_t trusted_uid;
	struct watchers watchers;
	struct policy_set *policies; /* NULL before the first pass */
	struct record_table records;
	struct pass_maker maker;
	struct announcement announcement;
	struct plugged plugged;
	struct inventory inventory;
	struct decided_file decided_file;
	int error; /* why the last pass failed, or 0 */
	bool stopping;
	bool reload_wanted;
	bool unplug;	     /* see broker_unplug() */
	const char *trigger; /* what led to the next pass, or to the jobs since
			      * it has settled; NULL: nothing yet */
	struct job_book book;
	struct lease_desk *desk;

	uint64_t started_at;
	uint64_t loaded_at;	      /* the policies */
	struct pass *pass;	      /* whose jobs the batch has, or NULL */
	struct bystanders bystanders; /* of that batch, or of the last one */
	struct batch *batch;
};

static uint64_t broker_now(const struct broker *broker)
{
	return broker->interface.now(broker->interface.outside);
}

/* The earlier of two times; 0: never. */
static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a && (!b || a < b) ? a : b;
}

/* All that was to be done is done, or fails. */
static void broker_settle(struct broker *broker)
{
	uint64_t at = earlier(record_table_next_retry(&broker->records),
			      announcement_due(&broker->announcement));

	if (broker->error)
		at = earlier(at, broker_now(broker) + FAILED_USEC);
	broker->interface.timer_set(broker->retry, broker->stopping ? 0 : at);
	broker->trigger = NULL;
	record_table_ask(&broker->records, NULL, JOB_RECORD_NOBODY);
	if (broker->stopping || !record_table_recovers(&broker->records))
		watchers_settled(&broker->watchers);
}

static void broker_set_pass(struct broker *broker, uint64_t at)
{
	broker->pass_at = at;
	broker->interface.timer_set(broker->timer, at);
}

/* The first that came since it has settled counts. */
static void broker_note_trigger(struct broker *broker, const char *trigger)
{
	broker->trigger = broker->trigger ?: trigger;
}

/* The next pass is in @delay us, or when the jobs that run have ended. */
static void broker_schedule(struct broker *broker, uint64_t delay)
{
	uint64_t at = broker_now(broker) + delay;

	if (broker->stopping)
		return;
	watchers_busy(&broker->watchers);
	/* No pass while jobs run: reading sysfs could block on the lock of a
	 * device that one works on. One follows at their end anyway. */
	if (batch_is_busy(broker->batch))
		return;
	if (!broker->pass_at || at < broker->pass_at)
		broker_set_pass(broker, at);
}

static void broker_on_retry(void *userdata)
{
	struct broker *broker = userdata;

	record_table_retry(&broker->records, broker_now(broker));
	broker_note_trigger(broker, "retry");
	broker_schedule(broker, 0);
}

static void broker_arm_expiry(struct broker *broker)
{
	broker->interface.timer_set(
		broker->expiry,
		policy_overrides_next(&broker->policies->overrides));
}

/* What waits was decided otherwise. */
static void broker_decide_anew(struct broker *broker)
{
	broker_arm_expiry(broker);
	batch_drop_waiting(broker->batch);
	batch_preempt(broker->batch);
	broker_schedule(broker, 0);
}

/* Those whose time is over: their devices are the policies' again. */
static void broker_on_expiry(void *userdata)
{
	struct broker *broker = userdata;
	struct policy_overrides *overrides = &broker->policies->overrides;
	const uint64_t now = broker_now(broker);

	for (size_t i = 0; i < overrides->n; i++)
		if (overrides->items[i].until &&
		    overrides->items[i].until <= now)
			record_table_reset_identity(
				&broker->records, overrides->items[i].identity);
	if (!overrides_expire(broker->root_fd, overrides, now)) {
		broker_arm_expiry(broker);
		return;
	}
	report_overrides_ended();
	broker_decide_anew(broker);
}

/* Returns 0, or the error of reading the policies, which then stay as they
 * were. */
static int broker_load(struct broker *broker)
{
	struct policy_set *policies, *before;
	int r;

	if (!broker->reload_wanted)
		return 0;
	r = policy_set_load(broker->root_fd, broker->trusted_uid, &policies);
	if (r < 0)
		return r;
	broker->reload_wanted = false;
	if (broker->unplug)
		policy_set_unplug(policies);
	before = broker->policies;
	broker->policies = policies;
	lease_desk_load(broker->desk, &policies->grants);
	if (before) {
		policy_set_free(before);
		record_table_reset(&broker->records);
	}
	broker->loaded_at = broker_now(broker);
	policy_overrides_expire(&policies->overrides, broker_now(broker));
	broker_arm_expiry(broker);
	report_policies(policies);
	return 0;
}

/* One pass; 1: there are jobs, and they have begun, or another pass follows; 0:
 * nothing is to be done. */
static int broker_pass(struct broker *broker)
{
	_cleanup_pass_ struct pass *pass = NULL;
	struct batch_job *jobs;
	bool anew;
	size_t n;
	int r;

	r = pass_maker_make(&broker->maker, broker->policies, &broker->records,
			    &pass);
	if (r < 0)
		return r;
	r = inventory_take(&broker->inventory, pass->survey);
	if (r < 0) {
		/* Records that watchers know of are gone all the same. */
		watchers_passed(&broker->watchers);
		return r;
	}
	broker->maker.passed = true;
	decided_file_update(&broker->decided_file, broker->root_fd,
			    pass->survey);
	pass_report(pass, broker->root_fd, &broker->records);
	plugged_update(&broker->plugged, broker->root_fd,
		       pass->survey->snapshot);
	announcement_make(&broker->announcement, broker->root_fd, pass->survey,
			  broker_now(broker));
	pass_report_bystanders(pass, &broker->bystanders);
	bystanders_clear(&broker->bystanders);
	anew = lease_desk_take(broker->desk, pass);
	watchers_passed(&broker->watchers);
	/* What this one would do was decided before. */
	if (anew)
		return 1;
	n = pass->n_wanted;
	if (n == 0)
		return 0;
	jobs = pass_jobs(pass);
	if (!jobs)
		return -ENOMEM;
	bystanders_note(&broker->bystanders, pass);
	broker->pass = TAKE_PTR(pass);
	/* Another one that was asked for meanwhile follows at their end. */
	broker_set_pass(broker, 0);
	batch_begin(broker->batch, jobs, n);
	return 1;
}

static void broker_on_timer(void *userdata)
{
	struct broker *broker = userdata;
	int r;

	broker->pass_at = broker->removal_at = 0;
	broker->error = broker_load(broker);
	if (broker->error)
		log_error("The policies cannot be read (%s); what was read "
			  "before, if anything, stays in force",
			  strerror(-broker->error));
	if (broker->policies) {
		r = broker_pass(broker);
		if (r > 0)
			return;
		if (r < 0) {
			broker->error = r;
			log_error("The machine's memory cannot be surveyed: %s",
				  strerror(-r));
		}
	}
	broker_settle(broker);
}

static void broker_on_queued(const struct batch_job *job, void *userdata)
{
	struct broker *broker = userdata;

	job_book_queue(&broker->book, job, broker->trigger, broker_now(broker));
}

static void broker_on_dropped(const struct batch_job *job, void *userdata)
{
	struct broker *broker = userdata;

	job->record->job = 0;
	job_book_end(&broker->book, job, NULL, broker_now(broker));
}

static void broker_on_begun(const struct batch_job *job, void *userdata)
{
	struct broker *broker = userdata;

	if (!job->undo) {
		report_job_begun(job->record, job->plan);
		record_job_begun(job->record, broker_now(broker));
	}
	job_book_begin(&broker->book, job, broker_now(broker));
}

static void broker_on_progress(const struct batch_job *job,
			       const struct progress *progress, void *userdata)
{
	struct broker *broker = userdata;

	job_book_progress(&broker->book, job, progress, broker_now(broker));
}

static void broker_on_ended(const struct batch_job *job,
			    const struct act_result *result, void *userdata)
{
	struct broker *broker = userdata;

	free(TAKE_PTR(job->record->progress));
	ending_take(broker->root_fd, job, result, broker_now(broker));
	job_book_end(&broker->book, job, result, broker_now(broker));
	if (!job->undo && !job->wait)
		lease_desk_job_ended(broker->desk, broker->pass, job->plan,
				     result);
}

static void broker_on_all_ended(void *userdata)
{
	struct broker *broker = userdata;

	pass_free(TAKE_PTR(broker->pass));
	if (broker->stopping)
		broker_settle(broker);
	else
		broker_schedule(broker, 0);
}

/* What is granted in this region is another than before. */
static void broker_on_grants(const char *region, void *userdata)
{
	struct broker *broker = userdata;

	record_table_reset_region(&broker->records, region);
	broker_note_trigger(broker, "lease");
	broker_decide_anew(broker);
}

/* Who used the device may have gone. */
static void broker_on_again(const char *device, void *userdata)
{
	struct broker *broker = userdata;

	record_table_release(&broker->records, device);
	broker_note_trigger(broker, "lease");
	broker_schedule(broker, 0);
}

static int broker_open_desk(struct broker *broker)
{
	const struct desk_outside outside = {
		.interface = &broker->interface,
		.root_fd = broker->root_fd,
		.watchers = &broker->watchers,
		.changed = broker_on_grants,
		.again = broker_on_again,
		.userdata = broker,
	};

	return lease_desk_new(&outside, &broker->desk);
}

static int broker_init(struct broker *broker)
{
	const struct broker_interface *interface = &broker->interface;
	const struct batch_events events = {
		.queued = broker_on_queued,
		.dropped = broker_on_dropped,
		.begun = broker_on_begun,
		.progress = broker_on_progress,
		.ended = broker_on_ended,
		.all_ended = broker_on_all_ended,
		.userdata = broker,
	};
	int r;

	r = batch_new(interface, &events, &broker->batch);
	if (r >= 0)
		r = interface->timer_new(interface->outside, broker_on_timer,
					 broker, &broker->timer);
	if (r >= 0)
		r = interface->timer_new(interface->outside, broker_on_retry,
					 broker, &broker->retry);
	if (r >= 0)
		r = interface->timer_new(interface->outside, broker_on_expiry,
					 broker, &broker->expiry);
	if (r >= 0)
		r = broker_open_desk(broker);
	return r;
}

int broker_new(const struct broker_interface *interface, int root_fd,
	       uid_t trusted_uid, struct broker **ret)
{
	_cleanup_broker_ struct broker *broker = calloc(1, sizeof(*broker));
	int r;

	if (!broker)
		return -ENOMEM;
	broker->interface = *interface;
	broker->root_fd = root_fd;
	broker->trusted_uid = trusted_uid;
	broker->started_at = broker_now(broker);
	r = broker_init(broker);
	if (r < 0)
		return r;
	broker->maker.interface = &broker->interface;
	broker->maker.root_fd = root_fd;
	broker->book.watchers = &broker->watchers;
	history_load(&broker->book.history, root_fd);
	if (act_run_recover(root_fd) > 0)
		log_warning("A setting of the kernel's or a device was still "
			    "held for a job that was killed; it is put back");
	*ret = TAKE_PTR(broker);
	return 0;
}

void broker_free(struct broker *broker)
{
	if (broker->batch)
		batch_free(broker->batch);
	if (broker->pass)
		pass_free(broker->pass);
	bystanders_clear(&broker->bystanders);
	decided_file_clear(&broker->decided_file);
	record_table_clear(&broker->records);
	announcement_clear(&broker->announcement);
	plugged_clear(&broker->plugged);
	inventory_clear(&broker->inventory);
	job_book_clear(&broker->book);
	lease_desk_free(broker->desk);
	policy_set_free(broker->policies);
	broker->interface.timer_free(broker->timer);
	broker->interface.timer_free(broker->retry);
	broker->interface.timer_free(broker->expiry);
	pass_maker_clear(&broker->maker);
	free(broker);
}

int broker_watch(struct broker *broker, const struct broker_watcher *watcher)
{
	return watchers_add(&broker->watchers, watcher);
}

void broker_reload(struct broker *broker)
{
	broker->reload_wanted = true;
	broker_note_trigger(broker, broker->policies ? "reload" : "start");
	/* What waits was decided by the old policies. */
	batch_drop_waiting(broker->batch);
	batch_preempt(broker->batch);
	broker_schedule(broker, 0);
}

void broker_apply(struct broker *broker, const char *const *devices, size_t n,
		  uid_t uid)
{
	if (n == 0) {
		record_table_ask(&broker->records, NULL, uid);
		broker_reload(broker);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		record_table_reset_device(&broker->records, devices[i]);
		record_table_ask(&broker->records, devices[i], uid);
	}
	broker_note_trigger(broker, "apply");
	batch_preempt(broker->batch);
	broker_schedule(broker, 0);
}

void broker_unplug(struct broker *broker)
{
	broker->unplug = true;
}

/* A removal goes on. Other events meanwhile do not bring the pass forward. */
static void broker_postpone(struct broker *broker)
{
	uint64_t now = broker_now(broker), left;

	if (!broker->removal_at)
		broker->removal_at = now;
	left = broker->removal_at + REMOVALS_USEC - now;
	broker_set_pass(broker, 0);
	broker_schedule(broker, left < REMOVAL_USEC ? left : REMOVAL_USEC);
}

/* While jobs are at work, most events are their own, and free nothing. While
 * they only wait, they make none of these. */
static void broker_event_meanwhile(struct broker *broker,
				   const struct broker_event *event)
{
	if (event->block && event->kind != BROKER_EVENT_OTHER)
		batch_note_block(broker->batch, event->block_id,
				 event->kind == BROKER_EVENT_ONLINE);
	/* What waits was decided for another machine. */
	if (event->device && event->kind == BROKER_EVENT_ADD)
		batch_drop_waiting(broker->batch);
	if (event->kind != BROKER_EVENT_OTHER)
		batch_preempt(broker->batch);
}

void broker_event(struct broker *broker, const struct broker_event *event)
{
	/* Old news, most of it of the broker's own jobs: the last pass has
	 * seen it. But the kernel announces a removal before it is complete. */
	if (event->kind != BROKER_EVENT_REMOVE && event->seqnum &&
	    event->seqnum <= broker->maker.last_uevent)
		return;
	broker_note_trigger(broker, "event");
	if (batch_is_busy(broker->batch))
		broker_event_meanwhile(broker, event);
	else
		record_table_release(&broker->records, event->device);
	if (event->kind == BROKER_EVENT_REMOVE && event->device)
		broker_postpone(broker);
	else if (!broker->removal_at)
		broker_schedule(broker, GATHER_USEC);
}

void broker_events_lost(struct broker *broker)
{
	broker_note_trigger(broker, "event");
	if (batch_is_busy(broker->batch)) {
		batch_drop_waiting(broker->batch);
		batch_preempt(broker->batch);
	} else {
		record_table_release(&broker->records, NULL);
	}
	broker_postpone(broker);
}

void broker_request_pass(struct broker *broker)
{
	broker_note_trigger(broker, "event");
	broker_schedule(broker, 0);
}

bool broker_stop(struct broker *broker)
{
	broker->stopping = true;
	broker_set_pass(broker, 0);
	broker->interface.timer_set(broker->retry, 0);
	report_all_unfinished(&broker->records);
	lease_desk_stop(broker->desk);
	return batch_stop(broker->batch);
}

int broker_cancel(struct broker *broker, const char *device, const char *why)
{
	return batch_cancel(broker->batch, device, why);
}

/* A person has said something of it, or has ended that. */
static void broker_take_word(struct broker *broker, const char *device,
			     const char *identity,
			     const struct policy_override *wish, uid_t uid)
{
	report_override(device, wish, uid);
	record_table_reset_identity(&broker->records, identity);
	broker_decide_anew(broker);
}

int broker_override(struct broker *broker, const char *device,
		    const struct policy_override *wish, uint64_t usec)
{
	const char *identity = record_table_identity(&broker->records, device);
	struct policy_override override = *wish;
	int r;

	if (!broker->policies)
		return -EAGAIN;
	if (!identity)
		return -ENOENT;
	override.identity = (char *)identity;
	override.until = usec ? broker_now(broker) + usec : 0;
	r = overrides_put(broker->root_fd, &broker->policies->overrides,
			  &override);
	if (r == 0)
		broker_take_word(broker, device, identity, wish, wish->uid);
	return r;
}

int broker_release(struct broker *broker, const char *device, uid_t uid)
{
	const char *identity =
		record_table_identity(&broker->records, device) ?: device;
	int r;

	if (!broker->policies)
		return -EAGAIN;
	r = overrides_drop(broker->root_fd, &broker->policies->overrides,
			   identity);
	if (r == 0)
		broker_take_word(broker, device, identity, NULL, uid);
	return r;
}

const struct policy_overrides *broker_overrides(const struct broker *broker)
{
	return broker->policies ? &broker->policies->overrides : NULL;
}

int broker_announce(const struct broker *broker, const char *device)
{
	return uevent_announce_device(broker->root_fd, device);
}

int broker_cancel_job(struct broker *broker, unsigned int number)
{
	struct job_record *job = job_list_find(&broker->book.jobs, number);
	bool running;

	if (!job)
		return -ENOENT;
	running = job->state != JOB_RECORD_WAITING;
	/* One that waits is gone after this. */
	batch_cancel(broker->batch, job->device, "");
	if (!running)
		return 0;
	job->state = JOB_RECORD_ENDING;
	watchers_job(&broker->watchers, job);
	return 0;
}

uint64_t broker_started_at(const struct broker *broker)
{
	return broker->started_at;
}

uint64_t broker_loaded_at(const struct broker *broker)
{
	return broker->loaded_at;
}

bool broker_is_settled(const struct broker *broker)
{
	return !broker->watchers.busy;
}

const struct record_table *broker_records(const struct broker *broker)
{
	return &broker->records;
}

size_t broker_n_regions(const struct broker *broker)
{
	return broker->maker.n_regions;
}

const struct inventory *broker_inventory(const struct broker *broker)
{
	return &broker->inventory;
}

const struct history *broker_history(const struct broker *broker)
{
	return &broker->book.history;
}

const struct job_list *broker_jobs(const struct broker *broker)
{
	return &broker->book.jobs;
}

int broker_error(const struct broker *broker)
{
	return broker->error;
}

const struct policy_diagnostic *broker_diagnostics(const struct broker *broker,
						   size_t *ret_n)
{
	*ret_n = 0;
	return broker->policies
		       ? policy_set_diagnostics(broker->policies, ret_n)
		       : NULL;
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
		enum exit_code code = outcome_get(record->outcome)->exit_code;

		if (record->seen && code > worst)
			worst = code;
	}
	return worst;
}

struct lease_desk *broker_lease_desk(struct broker *broker)
{
	return broker->desk;
}
