// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease-handover.h"

#include <errno.h>
#include <string.h>

#include "act/crash.h"
#include "basic/log.h"
#include "broker/lease-ending.h"
#include "broker/lease-report.h"
#include "broker/lease/fifo.h"
#include "broker/lease/incarnation.h"

static void on_hang_up(void *userdata)
{
	struct lease_entry *entry = userdata;

	/* It can be opened again below /proc/PID/fd, by root. */
	if (!lease_fifo_has_writer(entry->reader))
		lease_ending_begin(entry->desk, entry);
}

static int watch(struct lease_desk *desk, struct lease_entry *entry)
{
	const struct broker_interface *interface = desk->outside.interface;

	entry->desk = desk;
	return interface->watch_new(interface->outside, entry->reader,
				    on_hang_up, entry, &entry->watch);
}

static int open_device(const struct lease_desk *desk,
		       const struct lease_entry *entry)
{
	const struct broker_interface *interface = desk->outside.interface;

	return interface->device_open(interface->outside, entry->lease.device,
				      entry->major, entry->minor);
}

/* Nobody else has it open, or it could not have been opened. Its descriptor
 * would keep the client from opening it by the path. */
static int make_path(const struct lease_desk *desk,
		     const struct lease_entry *entry,
		     const struct policy_grant *grant, int *device)
{
	const struct broker_interface *interface = desk->outside.interface;

	close(TAKE_FD(*device));
	*device = interface->path_make(interface->outside, grant->id,
				       grant->uid, entry->major, entry->minor);
	return *device < 0 ? *device : 0;
}

/* Both descriptors, and the lease on disk. */
static int prepare(struct lease_desk *desk, struct lease_entry *entry,
		   const struct policy_grant *client, int *ret_device,
		   int *ret_writer)
{
	struct policy_grant grant = *client;
	int r;

	if (grant.path && !entry->rechecks)
		return -EOPNOTSUPP;
	grant.state = POLICY_GRANT_ACTIVE;
	grant.since = desk_real_now(desk);
	if (!*grant.incarnation) {
		r = incarnation_renew(&grant);
		if (r < 0)
			return r;
	}
	r = lease_fifo_make(desk->outside.root_fd, grant.id, &entry->reader,
			    ret_writer);
	if (r < 0)
		return r;
	crash_daemon(desk->outside.root_fd, "fifo");
	r = watch(desk, entry);
	if (r < 0)
		return r;
	*ret_device = open_device(desk, entry);
	r = *ret_device < 0 ? *ret_device : 0;
	if (r == 0 && grant.path)
		r = make_path(desk, entry, &grant, ret_device);
	return r < 0 ? r : desk_put(desk, entry, &grant, false);
}

static void answer(struct lease_entry *entry, int device, int writer)
{
	const struct lease_answer answer = {
		.device_fd = device,
		.lease_fd = writer,
		.lease = &entry->lease,
	};
	lease_answer_fn fn = entry->answer;

	entry->answer = NULL;
	if (fn)
		fn(&answer, entry->userdata);
}

static void give_up(struct lease_desk *desk, struct lease_entry *entry,
		    const struct policy_grant *client)
{
	const struct broker_interface *interface = desk->outside.interface;
	int r = 0;

	desk_close_fifo(desk, entry);
	if (client->path)
		r = interface->path_take(interface->outside, client->id);
	if (r < 0)
		log_error("The node of a lease that was not given cannot be "
			  "removed: %s",
			  strerror(-r));
}

int lease_handover_give(struct lease_desk *desk, struct lease_entry *entry,
			const struct policy_grant *client)
{
	_cleanup_close_ int device = -1, writer = -1;
	const uint64_t id = client->id;
	int r = prepare(desk, entry, client, &device, &writer);

	if (r < 0) {
		give_up(desk, entry, client);
		return r;
	}
	entry->lease.has_path = client->path;
	entry->reserve = false;
	entry->retries = 0;
	entry->retry_at = 0;
	/* It waits; those who watch do not. */
	answer(entry, device, writer);
	crash_daemon(desk->outside.root_fd, "answered");
	entry = lease_table_find(&desk->table, id);
	if (!entry)
		return 0;
	lease_report_begun(&entry->lease);
	desk_report(desk, entry);
	return 0;
}

int lease_handover_resume(struct lease_desk *desk, struct lease_entry *entry)
{
	int r = lease_fifo_open(desk->outside.root_fd, entry->lease.grant.id);

	if (r == -ENOENT || r == -EINVAL)
		return 0;
	if (r < 0)
		return r;
	entry->reader = r;
	r = watch(desk, entry);
	if (r < 0)
		return r;
	return lease_fifo_has_writer(entry->reader);
}
