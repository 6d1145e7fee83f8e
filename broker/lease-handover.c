// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease-handover.h"

#include <errno.h>

#include "act/crash.h"
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

/* Both descriptors, and the lease on disk. */
static int prepare(struct lease_desk *desk, struct lease_entry *entry,
		   const struct policy_grant *client, int *ret_device,
		   int *ret_writer)
{
	struct policy_grant grant = *client;
	int r;

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
	return *ret_device < 0 ? *ret_device
			       : desk_put(desk, entry, &grant, false);
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

int lease_handover_give(struct lease_desk *desk, struct lease_entry *entry,
			const struct policy_grant *client)
{
	_cleanup_close_ int device = -1, writer = -1;
	int r = prepare(desk, entry, client, &device, &writer);

	if (r < 0) {
		desk_close_fifo(desk, entry);
		return r;
	}
	entry->reserve = false;
	entry->retries = 0;
	entry->retry_at = 0;
	lease_report_begun(&entry->lease);
	desk_report(desk, entry);
	answer(entry, device, writer);
	crash_daemon(desk->outside.root_fd, "answered");
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
