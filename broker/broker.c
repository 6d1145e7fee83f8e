// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/broker.h"

#include <errno.h>
#include <stdlib.h>

#include "act/run.h"
#include "act/uevent.h"
#include "basic/log.h"
#include "broker/core.h"
#include "broker/job-watch.h"
#include "broker/overrides.h"
#include "broker/pass-run.h"
#include "broker/report.h"
#include "broker/schedule.h"

/* Events come in bursts (one for each memory block): after the first one the
 * pass waits so long, then it serves them all. */
#define GATHER_USEC (100 * UINT64_C(1000))

/* What is granted in this region is another than before. */
static void broker_on_grants(const char *region, void *userdata)
{
	struct broker *broker = userdata;

	record_table_reset_region(&broker->records, region);
	schedule_note(broker, "lease");
	schedule_decide_anew(broker);
}

/* Who used the device may have gone. */
static void broker_on_again(const char *device, void *userdata)
{
	struct broker *broker = userdata;

	record_table_release(&broker->records, device);
	schedule_note(broker, "lease");
	schedule_pass(broker, 0);
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
	const struct batch_events events = job_watch_events(broker);
	int r;

	r = batch_new(interface, &events, &broker->batch);
	if (r >= 0)
		r = interface->timer_new(interface->outside, pass_run, broker,
					 &broker->timer);
	if (r >= 0)
		r = interface->timer_new(interface->outside, schedule_on_retry,
					 broker, &broker->retry);
	if (r >= 0)
		r = interface->timer_new(interface->outside, schedule_on_expiry,
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
	broker->started_at = schedule_now(broker);
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
	schedule_note(broker, broker->policies ? "reload" : "start");
	/* What waits was decided by the old policies. */
	batch_drop_waiting(broker->batch);
	batch_preempt(broker->batch);
	schedule_pass(broker, 0);
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
	schedule_note(broker, "apply");
	batch_preempt(broker->batch);
	schedule_pass(broker, 0);
}

void broker_unplug(struct broker *broker)
{
	broker->unplug = true;
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
	schedule_note(broker, "event");
	if (batch_is_busy(broker->batch))
		broker_event_meanwhile(broker, event);
	else
		record_table_release(&broker->records, event->device);
	if (event->kind == BROKER_EVENT_REMOVE && event->device)
		schedule_postpone(broker);
	else if (!broker->removal_at)
		schedule_pass(broker, GATHER_USEC);
}

void broker_events_lost(struct broker *broker)
{
	schedule_note(broker, "event");
	if (batch_is_busy(broker->batch)) {
		batch_drop_waiting(broker->batch);
		batch_preempt(broker->batch);
	} else {
		record_table_release(&broker->records, NULL);
	}
	schedule_postpone(broker);
}

void broker_request_pass(struct broker *broker)
{
	schedule_note(broker, "event");
	schedule_pass(broker, 0);
}

bool broker_stop(struct broker *broker)
{
	broker->stopping = true;
	schedule_set(broker, 0);
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
	schedule_decide_anew(broker);
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
	override.until = usec ? schedule_now(broker) + usec : 0;
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
