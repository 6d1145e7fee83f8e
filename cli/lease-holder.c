// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/lease-holder.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "basic/names.h"
#include "basic/text-stream.h"
#include "cli/client.h"
#include "cli/lease-find.h"
#include "cli/message-object.h"
#include "cli/object.h"
#include "facts/holders.h"
#include "facts/process.h"
#include "facts/snapshot-read.h"

void lease_holder_search_done(struct lease_holder_search *search)
{
	facts_snapshot_free(search->snapshot);
	if (search->root_fd >= 0)
		close(search->root_fd);
}

bool lease_holder_is_left(json_object *lease)
{
	const char *state = mirror_text(lease, "State");

	return strcmp(state, "draining") == 0 ||
	       strcmp(state, "releasing") == 0;
}

/* Without root's rights pins are unknown, and processes of others not seen. */
static void take(struct lease_holder_search *search)
{
	if (search->taken)
		return;
	search->taken = true;
	if (search->root_fd < 0 ||
	    facts_snapshot_read(search->root_fd, &search->snapshot) < 0)
		return;
	search->pins_known =
		facts_holders_load(search->root_fd, search->snapshot) == 0;
}

static json_object *new_holder(int64_t pid, const char *command,
			       const char *cgroup, const char *use,
			       uint64_t count)
{
	json_object *object = json_object_new_object();

	object_add_known(object, "pid", pid > 0 ? (uint64_t)pid : 0);
	object_add_string(object, "command", command);
	object_add_string(object, "cgroup", cgroup);
	object_add_string(object, "use", use);
	object_add_number(object, "count", (int64_t)count);
	return object;
}

static void add_seen(const struct lease_holder_search *search,
		     const struct facts_device *device, json_object *holders)
{
	for (size_t i = 0; i < device->n_holders; i++) {
		const struct facts_holder *holder = &device->holders[i];
		_cleanup_free_ char *cgroup = NULL;

		process_read_cgroup(search->root_fd, holder->pid, &cgroup);
		json_object_array_add(
			holders,
			new_holder(holder->pid, holder->command, cgroup,
				   holder->mapped ? "mapped" : "open", 1));
	}
}

static void add_counts(const struct lease_holder_search *search,
		       const struct facts_device *device, json_object *lease)
{
	const struct facts_users *users = &device->users;

	if (!users->known)
		return;
	object_add_number(lease, "Openers", (int64_t)users->openers);
	object_add_number(lease, "Mapped", (int64_t)users->mapped_bytes);
	if (search->pins_known)
		object_add_number(lease, "Pinned",
				  (int64_t)users->pinned_pages);
}

/* What the daemon has found last; nothing where it has not. */
static void add_known(const struct lease_holder_search *search,
		      const char *path, json_object *holders)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	sd_bus *bus = mirror_bus(search->mirror);
	json_object *facts = json_object_new_object();

	if (client_new_call(bus, path, BUS_LEASE_INTERFACE, "GetHolder",
			    &call) >= 0 &&
	    sd_bus_call(bus, call, CLIENT_ANSWER_USEC, NULL, &reply) >= 0 &&
	    message_object_read(reply, facts) >= 0 &&
	    *mirror_text(facts, "blocker_kind"))
		json_object_array_add(
			holders,
			new_holder((int64_t)mirror_number(facts, "blocker_pid"),
				   mirror_text(facts, "blocker_command"),
				   mirror_text(facts, "blocker_cgroup"),
				   mirror_text(facts, "blocker_kind"),
				   mirror_number(facts, "blocker_count")));
	json_object_put(facts);
}

void lease_holder_add(struct lease_holder_search *search, const char *path,
		      json_object *lease)
{
	_cleanup_free_ char *name = lease_find_device(lease);
	const struct facts_device *device = NULL;
	json_object *holders = json_object_new_array();

	take(search);
	if (name && search->snapshot)
		device = facts_find_device(search->snapshot, name);
	if (device) {
		add_seen(search, device, holders);
		add_counts(search, device, lease);
	}
	if (json_object_array_length(holders) == 0 &&
	    lease_holder_is_left(lease))
		add_known(search, path, holders);
	object_add(lease, "Holders", holders);
}

/* "/system.slice/far.service" is far.service. */
static const char *unit_of(const char *cgroup)
{
	const char *slash = strrchr(cgroup, '/');

	return slash ? slash + 1 : cgroup;
}

static void print_holder(FILE *f, json_object *holder)
{
	const uint64_t pid = mirror_number(holder, "pid");
	const uint64_t count = mirror_number(holder, "count");
	const char *use = mirror_text(holder, "use");
	const char *command = mirror_text(holder, "command");
	const char *unit = unit_of(mirror_text(holder, "cgroup"));

	if (strcmp(use, "pinned") == 0 || strcmp(use, "maybe-pinned") == 0) {
		fprintf(f, "%" PRIu64 " pinned pages", count);
		if (pid)
			fprintf(f, ", maybe of %" PRIu64 " (%s)", pid, command);
		return;
	}
	if (pid)
		fprintf(f, "%" PRIu64 " (%s%s%s%s%s)", pid, command,
			*command ? ", " : "", use, *unit ? ", " : "", unit);
	else if (strcmp(use, "poisoned") == 0)
		fputs("memory that has failed", f);
	else
		fprintf(f, "a process (%s)", use);
	if (count > 1)
		fprintf(f, " and %" PRIu64 " more", count - 1);
}

char *lease_holder_text(json_object *lease, bool all)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	json_object *holders = json_object_object_get(lease, "Holders");
	const size_t n = holders ? json_object_array_length(holders) : 0;
	FILE *f = text_stream_open(&stream);

	if (!f)
		return NULL;
	for (size_t i = 0; i < n && (all || i == 0); i++) {
		fputs(i ? ", " : "", f);
		print_holder(f, json_object_array_get_idx(holders, i));
	}
	if (!all && n > 1)
		fprintf(f, " and %zu more", n - 1);
	return text_stream_take(&stream);
}
