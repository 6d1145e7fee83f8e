/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_BROKER_H
#define BROKER_BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "basic/cleanup.h"
#include "basic/exit-codes.h"
#include "broker/history.h"
#include "broker/interface.h"
#include "broker/inventory.h"
#include "broker/job-list.h"
#include "broker/record-table.h"
#include "broker/watcher.h"
#include "policy/diagnostic.h"
#include "policy/override.h"

/*
 * The glue: it surveys the machine, decides, and has the plans carried out,
 * those of different regions side by side, verified by another pass. It knows
 * no bus, no systemd and no udev; those report to it what happened.
 */
struct broker;
struct lease_desk;

/* @interface is copied, @root_fd is borrowed; @trusted_uid as for
 * policy_set_load(). Puts back what a worker left behind that was killed with
 * an earlier daemon. Returns 0 and *ret, to be freed with broker_free(); or a
 * negative errno. */
int broker_new(const struct broker_interface *interface, int root_fd,
	       uid_t trusted_uid, struct broker **ret);

void broker_free(struct broker *broker);
DEFINE_CLEANUP(struct broker *, broker_free)
#define _cleanup_broker_ _cleanup_(cleanup_broker_free)

/* Up to two watchers: the service's and the bus's. */
int broker_watch(struct broker *broker, const struct broker_watcher *watcher);

/* Starts, the first time; later a reload: the policies are read anew and every
 * device gets its chance again. Takes effect when the jobs that run have ended.
 * broker_watcher.settled follows, even when nothing is to be done. */
void broker_reload(struct broker *broker);

/* The user @uid asks for it. Without @devices (the names of @n, or 0) that is a
 * reload. Of them it is another chance, by the policies that are in force. */
void broker_apply(struct broker *broker, const char *const *devices, size_t n,
		  uid_t uid);

/* Before the first pass: what shall be system-ram shall be devdax instead. */
void broker_unplug(struct broker *broker);

enum broker_event_kind {
	BROKER_EVENT_OTHER,
	BROKER_EVENT_ADD,
	BROKER_EVENT_REMOVE,
	BROKER_EVENT_ONLINE,
	BROKER_EVENT_OFFLINE,
};

/* A uevent. */
struct broker_event {
	enum broker_event_kind kind;
	const char *device; /* of a dax device: its name, "dax0.0"; or NULL */
	bool block;	    /* of a memory block, and of which */
	uint64_t block_id;
	uint64_t seqnum; /* 0: unknown */
};

void broker_event(struct broker *broker, const struct broker_event *event);

/* Uevents were lost, of whatever kind. Whatever they were about is done: udev
 * sends them after that. */
void broker_events_lost(struct broker *broker);

/* Another pass soon, as on an event that has no name. */
void broker_request_pass(struct broker *broker);

/* Begins no more jobs and asks those that run to end; true when there are
 * some: settled() follows when they are gone. */
bool broker_stop(struct broker *broker);

/* Ends the job of @device ("dax0.0") that runs or waits; what it had done is
 * undone. @why is for the result, or "". 0; -ENOENT: it has none. */
int broker_cancel(struct broker *broker, const char *device, const char *why);

/*
 * Has @device ("dax0.0") be of this mode, whatever the policies say, for the
 * user @wish->uid; identity and until of @wish are not read, @usec is how long
 * (0: as the scope says). In force and on disk when this returns 0; -ENOENT: no
 * such device; -EAGAIN: the policies are not read yet; -EDQUOT: too many; or
 * the error of writing it, and nothing has changed.
 */
int broker_override(struct broker *broker, const char *device,
		    const struct policy_override *wish, uint64_t usec);

/* Ends that of @device, a name or an identity, for @uid. 0; -ENOENT: there is
 * none; or another negative errno. */
int broker_release(struct broker *broker, const char *device, uid_t uid);

/* All that are in force; NULL before the policies are read. */
const struct policy_overrides *broker_overrides(const struct broker *broker);

/* Asks udev to process @device ("dax0.0") again. 0 or a negative errno. */
int broker_announce(const struct broker *broker, const char *device);

/* The same of the job of this number. */
int broker_cancel_job(struct broker *broker, unsigned int number);

/* When it was made, and when it last read the policies (clock_usec()); 0: not
 * yet. */
uint64_t broker_started_at(const struct broker *broker);
uint64_t broker_loaded_at(const struct broker *broker);

bool broker_is_settled(const struct broker *broker);

/* The devices' records; owned by the broker, until control returns to the
 * event loop. Those with !seen are of devices that are gone. */
const struct record_table *broker_records(const struct broker *broker);

size_t broker_n_regions(const struct broker *broker);

/* The regions and nodes of the last pass; the same. */
const struct inventory *broker_inventory(const struct broker *broker);

/* The jobs that have ended; the same. */
const struct history *broker_history(const struct broker *broker);

/* The jobs that wait or run; the same. */
const struct job_list *broker_jobs(const struct broker *broker);

/* Where programs ask for memory: broker/lease-desk.h. */
struct lease_desk *broker_lease_desk(struct broker *broker);

/* Why the last pass, or reading the policies, failed, a negative errno;
 * 0: it did not. */
int broker_error(const struct broker *broker);

/* What is wrong with the policy files, as of the last reload; owned by the
 * broker until the next. NULL with 0: nothing. */
const struct policy_diagnostic *broker_diagnostics(const struct broker *broker,
						   size_t *ret_n);

/* The worst of what is: for `daxbrokerd --once`. */
enum exit_code broker_exit_code(const struct broker *broker);

#endif
