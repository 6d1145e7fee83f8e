// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/manager.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/clock.h"
#include "basic/names.h"
#include "daemon/bus/broker-call.h"
#include "daemon/bus/export.h"
#include "daemon/bus/listing.h"
#include "daemon/bus/property.h"

/* Times add up. */
#define OVERRIDE_USEC_MAX (UINT64_MAX / 4)

/* What changes so soon one after the other is one signal, and by how much that
 * may be late. */
#define GATHER_USEC (50 * UINT64_C(1000))
#define ACCURACY_USEC (5 * UINT64_C(1000))

static void free_strings(char ***strings)
{
	for (size_t i = 0; *strings && (*strings)[i]; i++)
		free((*strings)[i]);
	free(*strings);
}

/* Before anything of @name is copied: anyone may have sent it, and it may be
 * long. */
static bool has_device(const struct manager *manager, const char *name)
{
	_cleanup_free_ char *path = NULL;

	if (strlen(name) >= ACT_NAME_MAX)
		return false;
	path = property_path("device", name);
	return path && export_find(&manager->devices, path);
}

/* Nobody has to name more devices than there are. */
static int read_devices(const struct manager *manager, sd_bus_message *message,
			char **devices, sd_bus_error *error)
{
	size_t n = 0;
	const char *name;
	int r;

	r = sd_bus_message_enter_container(message, 'a', "s");
	while (r >= 0 && (r = sd_bus_message_read(message, "s", &name)) > 0) {
		if (n == manager->devices.n || !has_device(manager, name))
			return sd_bus_error_set(
				error, SD_BUS_ERROR_FILE_NOT_FOUND,
				"There is no device of that name.");
		devices[n] = strdup(name);
		if (!devices[n++])
			return -ENOMEM;
	}
	return r;
}

static int on_apply(sd_bus_message *message, void *userdata,
		    sd_bus_error *error)
{
	const struct manager *manager = userdata;
	_cleanup_(free_strings) char **devices =
		calloc(manager->devices.n + 1, sizeof(char *));
	const struct call_request request = {
		.kind = &broker_call_apply,
		.devices = devices,
	};
	int r;

	if (!devices)
		return -ENOMEM;
	r = read_devices(manager, message, devices, error);
	return r < 0 ? r : call_begin(manager->calls, &request, message, error);
}

static int find_mode(const char *word, enum policy_mode *ret)
{
	for (unsigned int i = 0; policy_device_mode_words[i]; i++)
		if (strcmp(policy_device_mode_words[i], word) == 0) {
			*ret = i;
			return 0;
		}
	return -EINVAL;
}

/* Nothing of it is copied that is not known here. */
static int on_set_override(sd_bus_message *message, void *userdata,
			   sd_bus_error *error)
{
	const struct manager *manager = userdata;
	struct call_request request = { .kind = &broker_call_override };
	const char *device, *mode;
	char *devices[2] = { NULL };
	int until_reboot, r;

	r = sd_bus_message_read(message, "ssbt", &device, &mode, &until_reboot,
				&request.usec);
	if (r < 0)
		return r;
	if (!has_device(manager, device))
		return sd_bus_error_set(error, SD_BUS_ERROR_FILE_NOT_FOUND,
					"There is no device of that name.");
	if (find_mode(mode, &request.wish.mode) < 0 ||
	    request.usec > OVERRIDE_USEC_MAX || (request.usec && !until_reboot))
		return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
					"No such mode, or time.");
	request.wish.scope = until_reboot ? POLICY_OVERRIDE_BOOT
					  : POLICY_OVERRIDE_PERSISTENT;
	devices[0] = (char *)device;
	request.devices = devices;
	return call_begin(manager->calls, &request, message, error);
}

static int on_release_override(sd_bus_message *message, void *userdata,
			       sd_bus_error *error)
{
	const struct manager *manager = userdata;
	const struct policy_overrides *overrides =
		broker_overrides(manager->broker);
	struct call_request request = { .kind = &broker_call_release };
	const char *device;
	char *devices[2] = { NULL };
	int r;

	r = sd_bus_message_read(message, "s", &device);
	if (r < 0)
		return r;
	if (!has_device(manager, device) &&
	    !(overrides && policy_overrides_find(overrides, device)))
		return sd_bus_error_set(error, SD_BUS_ERROR_FILE_NOT_FOUND,
					"There is no override of it.");
	devices[0] = (char *)device;
	request.devices = devices;
	return call_begin(manager->calls, &request, message, error);
}

static int on_list_devices(sd_bus_message *message, void *userdata,
			   sd_bus_error *error)
{
	const struct manager *manager = userdata;
	const struct call_request request = { .kind = &broker_call_list };

	return call_begin(manager->calls, &request, message, error);
}

/* Also of a device that is gone. */
static int on_history(sd_bus_message *message, void *userdata,
		      sd_bus_error *error)
{
	const struct manager *manager = userdata;
	char *devices[] = { NULL, NULL };
	const struct call_request request = {
		.kind = &broker_call_history,
		.devices = devices,
	};
	const char *name;
	int r;

	r = sd_bus_message_read(message, "s", &name);
	if (r < 0)
		return r;
	if (strlen(name) >= ACT_NAME_MAX)
		return sd_bus_error_set(error, SD_BUS_ERROR_FILE_NOT_FOUND,
					"There is no device of that name.");
	devices[0] = (char *)name;
	return call_begin(manager->calls, &request, message, error);
}

static int get_version(sd_bus *connection _unused_, const char *path _unused_,
		       const char *interface _unused_,
		       const char *property _unused_, sd_bus_message *reply,
		       void *userdata _unused_, sd_bus_error *error _unused_)
{
	return sd_bus_message_append(reply, "s", PACKAGE_VERSION);
}

/* Microseconds since 1970. */
static int get_started(sd_bus *connection _unused_, const char *path _unused_,
		       const char *interface _unused_,
		       const char *property _unused_, sd_bus_message *reply,
		       void *userdata, sd_bus_error *error _unused_)
{
	const struct manager *manager = userdata;

	return sd_bus_message_append(
		reply, "t", clock_to_real(broker_started_at(manager->broker)));
}

static int get_loaded(sd_bus *connection _unused_, const char *path _unused_,
		      const char *interface _unused_,
		      const char *property _unused_, sd_bus_message *reply,
		      void *userdata, sd_bus_error *error _unused_)
{
	const struct manager *manager = userdata;

	return sd_bus_message_append(
		reply, "t", clock_to_real(broker_loaded_at(manager->broker)));
}

static int get_settled(sd_bus *connection _unused_, const char *path _unused_,
		       const char *interface _unused_,
		       const char *property _unused_, sd_bus_message *reply,
		       void *userdata, sd_bus_error *error _unused_)
{
	const struct manager *manager = userdata;

	return sd_bus_message_append(reply, "b",
				     (int)broker_is_settled(manager->broker));
}

static int get_errors(sd_bus *connection _unused_, const char *path _unused_,
		      const char *interface _unused_,
		      const char *property _unused_, sd_bus_message *reply,
		      void *userdata, sd_bus_error *error _unused_)
{
	const struct policy_diagnostic *diagnostics;
	const struct manager *manager = userdata;
	size_t n;

	diagnostics = broker_diagnostics(manager->broker, &n);
	return listing_append_errors(reply, diagnostics, n);
}

static int append_override(sd_bus_message *reply,
			   const struct policy_override *override)
{
	return sd_bus_message_append(
		reply, "(ssub)", override->identity,
		policy_mode_name(override->mode), (uint32_t) override->uid,
		(int)(override->scope == POLICY_OVERRIDE_BOOT));
}

/* Those of devices that are not there, too. */
static int get_overrides(sd_bus *connection _unused_, const char *path _unused_,
			 const char *interface _unused_,
			 const char *property _unused_, sd_bus_message *reply,
			 void *userdata, sd_bus_error *error _unused_)
{
	const struct manager *manager = userdata;
	const struct policy_overrides *overrides =
		broker_overrides(manager->broker);
	int r;

	r = sd_bus_message_open_container(reply, 'a', "(ssub)");
	for (size_t i = 0; overrides && i < overrides->n && r >= 0; i++)
		r = append_override(reply, &overrides->items[i]);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	/* Unprivileged here: call.c asks whose they are, and polkit. */
	SD_BUS_METHOD_WITH_ARGS("Apply", SD_BUS_ARGS("as", devices),
				SD_BUS_RESULT("ao", jobs), on_apply,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ListDevices", SD_BUS_NO_ARGS,
				SD_BUS_RESULT(LISTING_SIGNATURE, devices),
				on_list_devices, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("History", SD_BUS_ARGS("s", device),
				SD_BUS_RESULT(LISTING_HISTORY_SIGNATURE, jobs),
				on_history, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("SetOverride",
				SD_BUS_ARGS("s", device, "s", mode, "b",
					    until_reboot, "t", usec),
				SD_BUS_RESULT("ao", jobs), on_set_override,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ReleaseOverride", SD_BUS_ARGS("s", device),
				SD_BUS_RESULT("ao", jobs), on_release_override,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_SIGNAL_WITH_ARGS("JobEnded",
				SD_BUS_ARGS("o", job, "a{sv}", facts), 0),
	SD_BUS_PROPERTY("Version", "s", get_version, 0,
			SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("StartedAt", "t", get_started, 0,
			SD_BUS_VTABLE_PROPERTY_CONST),
	/* A client that needs each change of it watches Settled. */
	SD_BUS_PROPERTY("LoadedAt", "t", get_loaded, 0, 0),
	SD_BUS_PROPERTY("Settled", "b", get_settled, 0,
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("PolicyErrors", LISTING_ERRORS_SIGNATURE, get_errors, 0,
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("Overrides", "a(ssub)", get_overrides, 0, 0),
	SD_BUS_VTABLE_END
};

const struct kind kind_manager = {
	.interface = BUS_INTERFACE,
	.vtable = vtable,
};

void manager_init(struct manager *manager, struct broker *broker,
		  struct call_queue *calls)
{
	*manager = (struct manager){
		.broker = broker,
		.calls = calls,
		.devices = { .kind = &kind_device, .calls = calls },
		.jobs = { .kind = &kind_job, .calls = calls },
		.nodes = { .kind = &kind_node, .calls = calls },
		.regions = { .kind = &kind_region, .calls = calls },
	};
	lease_objects_init(&manager->leases, calls->desk, calls);
}

void manager_clear(struct manager *manager)
{
	export_clear(&manager->devices);
	export_clear(&manager->jobs);
	export_clear(&manager->nodes);
	export_clear(&manager->regions);
	lease_objects_clear(&manager->leases);
}

int manager_connect(struct manager *manager, sd_bus *connection)
{
	struct export *all[] = { &manager->devices, &manager->jobs,
				 &manager->nodes, &manager->regions };
	int r;

	r = sd_bus_add_object_vtable(connection, NULL, BUS_PATH, BUS_INTERFACE,
				     vtable, manager);
	if (r >= 0)
		r = sd_bus_add_object_manager(connection, NULL, BUS_PATH);
	for (size_t i = 0; i < ARRAY_SIZE(all) && r >= 0; i++)
		r = export_connect(all[i], connection);
	return r < 0 ? r : lease_objects_connect(&manager->leases, connection);
}

void manager_disconnect(struct manager *manager)
{
	manager->flush = sd_event_source_disable_unref(manager->flush);
	export_disconnect(&manager->devices);
	export_disconnect(&manager->jobs);
	export_disconnect(&manager->nodes);
	export_disconnect(&manager->regions);
	lease_objects_disconnect(&manager->leases);
}

static void put_devices(struct manager *manager)
{
	const struct record_table *table = broker_records(manager->broker);

	export_begin(&manager->devices);
	for (size_t i = 0; i < table->n; i++)
		if (table->records[i]->seen)
			export_put(&manager->devices, table->records[i]->device,
				   table->records[i]);
	export_end(&manager->devices);
}

static void put_inventory(struct manager *manager)
{
	const struct inventory *inventory = broker_inventory(manager->broker);
	char number[16];

	export_begin(&manager->regions);
	for (size_t i = 0; i < inventory->n_regions; i++)
		export_put(&manager->regions, inventory->regions[i].path,
			   &inventory->regions[i]);
	export_end(&manager->regions);
	export_begin(&manager->nodes);
	for (size_t i = 0; i < inventory->n_nodes; i++) {
		snprintf(number, sizeof(number), "%d", inventory->nodes[i].id);
		export_put(&manager->nodes, number, &inventory->nodes[i]);
	}
	export_end(&manager->nodes);
}

static void signal_property(const struct manager *manager, const char *name)
{
	sd_bus *connection = export_connection(&manager->jobs);

	if (connection)
		sd_bus_emit_properties_changed(connection, BUS_PATH,
					       BUS_INTERFACE, name, NULL);
}

static void note_errors(struct manager *manager)
{
	const struct policy_diagnostic *list;
	uint64_t hash = 1;
	size_t n;

	list = broker_diagnostics(manager->broker, &n);
	for (size_t i = 0; i < n; i++) {
		if (list[i].severity != POLICY_ERROR)
			continue;
		hash = property_hash_text(hash, list[i].file) + list[i].line;
		hash = property_hash_text(hash, list[i].message);
	}
	if (hash != manager->errors)
		signal_property(manager, "PolicyErrors");
	manager->errors = hash;
}

void manager_fill(struct manager *manager)
{
	const struct job_list *list = broker_jobs(manager->broker);

	manager_passed(manager);
	for (size_t i = 0; i < list->n; i++) {
		char number[16];

		snprintf(number, sizeof(number), "%u", list->jobs[i]->number);
		export_add(&manager->jobs, number, list->jobs[i]);
	}
}

/* Regions first: devices refer to them, and leases to devices. */
void manager_passed(struct manager *manager)
{
	note_errors(manager);
	put_inventory(manager);
	put_devices(manager);
	lease_objects_passed(&manager->leases);
}

static void public_facts(const void *item, act_fact_fn fact, void *userdata)
{
	job_record_facts(item, false, fact, userdata);
}

static void signal_end(const struct manager *manager,
		       const struct job_record *job, const char *number)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *signal = NULL;
	_cleanup_free_ char *path = property_path("job", number);
	sd_bus *connection = export_connection(&manager->jobs);
	int r;

	if (!connection || !path)
		return;
	r = sd_bus_message_new_signal(connection, &signal, BUS_PATH,
				      BUS_INTERFACE, "JobEnded");
	if (r >= 0)
		r = sd_bus_message_append(signal, "o", path);
	if (r >= 0)
		r = property_append_facts(signal, public_facts, job);
	if (r >= 0)
		sd_bus_send(connection, signal, NULL);
}

static int on_flush(sd_event_source *source _unused_, uint64_t usec _unused_,
		    void *userdata)
{
	struct manager *manager = userdata;

	export_flush(&manager->jobs);
	export_flush(&manager->devices);
	return 0;
}

static int flush_later(struct manager *manager)
{
	sd_bus *connection = export_connection(&manager->jobs);
	int enabled = SD_EVENT_OFF, r;

	if (!connection)
		return 0;
	if (!manager->flush)
		return sd_event_add_time_relative(
			sd_bus_get_event(connection), &manager->flush,
			CLOCK_MONOTONIC, GATHER_USEC, ACCURACY_USEC, on_flush,
			manager);
	r = sd_event_source_get_enabled(manager->flush, &enabled);
	if (r < 0 || enabled != SD_EVENT_OFF)
		return r;
	r = sd_event_source_set_time_relative(manager->flush, GATHER_USEC);
	return r < 0 ? r
		     : sd_event_source_set_enabled(manager->flush,
						   SD_EVENT_ONESHOT);
}

void manager_job(struct manager *manager, const struct job_record *job)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", job->number);
	if (job->state == JOB_RECORD_ENDED) {
		signal_end(manager, job, number);
		export_remove(&manager->jobs, number);
	} else if (job->state == JOB_RECORD_WAITING) {
		export_add(&manager->jobs, number, job);
	} else {
		export_touch(&manager->jobs, number);
	}
	export_touch(&manager->devices, job->device);
	if (flush_later(manager) < 0)
		on_flush(NULL, 0, manager);
}

void manager_settled(const struct manager *manager)
{
	signal_property(manager, "Settled");
}
