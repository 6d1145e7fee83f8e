// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/bus.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-bus.h>
#include <time.h>

#include "basic/log.h"
#include "basic/names.h"
#include "daemon/bus/call.h"
#include "daemon/bus/manager.h"
#include "daemon/bus/reads.h"

#define SYSTEM_BUS_ADDRESS "unix:path=/run/dbus/system_bus_socket"
/* After a connection was lost or turned down. A bus that is not there at all
 * is not asked for: its socket is watched. */
#define RECONNECT_USEC (5 * UINT64_C(1000000))
/* It gives the name at once, if it is well. At boot it may not be: its socket
 * is there before it. */
#define JOIN_USEC (2 * UINT64_C(1000000))

struct bus {
	sd_event *event;
	struct broker *broker;
	sd_bus *connection;	    /* NULL while there is none */
	sd_event_source *reconnect; /* armed after one was lost */
	sd_event_source *joining;   /* while the name is waited for */
	bus_joined_fn joined;
	void *joined_userdata;
	struct call_queue calls;
	struct manager manager;
	struct reads reads;
};

static void bus_drop(struct bus *bus)
{
	calls_clear(&bus->calls);
	manager_disconnect(&bus->manager);
	bus->connection = sd_bus_close_unref(bus->connection);
}

static int bus_connect(struct bus *bus);

static void bus_reconnect_after(struct bus *bus, uint64_t usec)
{
	sd_event_source_set_time_relative(bus->reconnect, usec);
	sd_event_source_set_enabled(bus->reconnect, SD_EVENT_ONESHOT);
}

static void bus_lost(struct bus *bus, int error)
{
	log_debug("The system bus is gone (%s); trying again later",
		  strerror(error));
	bus_drop(bus);
	bus_reconnect_after(bus, RECONNECT_USEC);
}

static int bus_on_reconnect(sd_event_source *source _unused_,
			    uint64_t usec _unused_, void *userdata)
{
	struct bus *bus = userdata;
	int r;

	bus_drop(bus);
	r = bus_connect(bus);
	if (r < 0)
		bus_lost(bus, -r);
	return 0;
}

static int bus_on_disconnected(sd_bus_message *signal _unused_, void *userdata,
			       sd_bus_error *error _unused_)
{
	struct bus *bus = userdata;

	/* The connection is in use by our caller: the timer drops it. */
	log_info("The system bus has ended the connection");
	calls_clear(&bus->calls);
	bus_reconnect_after(bus, RECONNECT_USEC);
	return 0;
}

/* dbus-daemon reads from a connection only while not too much of what that has
 * sent waits for those who do not read it: a new one starts from nothing. */
static void bus_on_deaf(void *userdata)
{
	struct bus *bus = userdata;

	log_warning("The system bus takes no more messages; trying a new "
		    "connection");
	calls_clear(&bus->calls);
	bus_reconnect_after(bus, 0);
}

static void bus_end_wait(struct bus *bus)
{
	if (!bus->joining)
		return;
	bus->joining = sd_event_source_disable_unref(bus->joining);
	bus->joined(bus->joined_userdata);
}

static int bus_on_name(sd_bus_message *reply, void *userdata,
		       sd_bus_error *error _unused_)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);

	if (e)
		log_error("The bus does not grant the name %s (%s); "
			  "\"daxbroker apply\" cannot reach this daemon",
			  BUS_NAME, e->message ?: e->name);
	else
		log_debug("On the system bus as %s", BUS_NAME);
	bus_end_wait(userdata);
	return 0;
}

static int bus_prepare(struct bus *bus)
{
	sd_bus *connection = bus->connection;
	const char *address = getenv("DBUS_SYSTEM_BUS_ADDRESS");
	int r;

	r = sd_bus_set_address(connection, address ?: SYSTEM_BUS_ADDRESS);
	if (r >= 0)
		r = sd_bus_set_bus_client(connection, 1);
	/* Waits by inotify for a socket that is not there yet. */
	if (r >= 0)
		r = sd_bus_set_watch_bind(connection, 1);
	if (r >= 0)
		r = sd_bus_start(connection);
	if (r >= 0)
		r = sd_bus_attach_event(connection, bus->event,
					SD_EVENT_PRIORITY_NORMAL);
	return r;
}

static int bus_on_message(sd_bus_message *message, void *userdata,
			  sd_bus_error *error)
{
	struct bus *bus = userdata;
	uint64_t unsent = 0;

	if (!sd_bus_message_is_method_call(message, NULL, NULL))
		return 0;
	sd_bus_get_n_queued_write(bus->connection, &unsent);
	if (reads_allowed(&bus->reads, sd_bus_message_get_interface(message),
			  unsent))
		return 0;
	return sd_bus_error_set(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
				"Too many answers have not been read yet.");
}

static int bus_publish(struct bus *bus)
{
	sd_bus *connection = bus->connection;
	int r;

	r = sd_bus_match_signal_async(
		connection, NULL, NULL, "/org/freedesktop/DBus/Local",
		"org.freedesktop.DBus.Local", "Disconnected",
		bus_on_disconnected, NULL, bus);
	if (r < 0)
		return r;
	r = sd_bus_add_filter(connection, NULL, bus_on_message, bus);
	if (r >= 0)
		r = manager_connect(&bus->manager, connection);
	if (r < 0)
		return r;
	return sd_bus_request_name_async(connection, NULL, BUS_NAME, 0,
					 bus_on_name, bus);
}

static int bus_connect(struct bus *bus)
{
	int r;

	r = sd_bus_new(&bus->connection);
	if (r < 0)
		return r;
	r = bus_prepare(bus);
	if (r < 0)
		return r;
	return bus_publish(bus);
}

sd_bus *bus_connection(const struct bus *bus)
{
	if (!bus->connection || sd_bus_is_ready(bus->connection) <= 0)
		return NULL;
	return bus->connection;
}

/* While it is not, the connection has but a watch for its socket. */
static bool bus_is_there(const struct bus *bus)
{
	int fd = bus->connection ? sd_bus_get_fd(bus->connection) : -1;
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

static int bus_on_no_name(sd_event_source *source _unused_,
			  uint64_t usec _unused_, void *userdata)
{
	bus_end_wait(userdata);
	return 0;
}

int bus_wait_name(struct bus *bus, bus_joined_fn joined, void *userdata)
{
	int r;

	if (!bus_is_there(bus))
		return 0;
	bus->joined = joined;
	bus->joined_userdata = userdata;
	r = sd_event_add_time_relative(bus->event, &bus->joining,
				       CLOCK_MONOTONIC, JOIN_USEC, 0,
				       bus_on_no_name, bus);
	return r < 0 ? r : 1;
}

static void bus_on_busy(void *userdata)
{
	const struct bus *bus = userdata;

	manager_settled(&bus->manager);
}

static void bus_on_passed(void *userdata)
{
	struct bus *bus = userdata;

	manager_passed(&bus->manager);
	calls_passed(&bus->calls);
}

static void bus_on_job(const struct job_record *job, void *userdata)
{
	struct bus *bus = userdata;

	manager_job(&bus->manager, job);
}

static void bus_on_lease(const struct lease *lease, bool gone, void *userdata)
{
	struct bus *bus = userdata;

	lease_objects_lease(&bus->manager.leases, lease, gone);
}

static void bus_on_reclaim(const struct lease *lease, void *userdata)
{
	struct bus *bus = userdata;

	lease_objects_reclaim(&bus->manager.leases, lease);
}

static void bus_on_poisoned(const struct lease *lease, uint64_t offset,
			    uint64_t length, void *userdata)
{
	struct bus *bus = userdata;

	lease_objects_poisoned(&bus->manager.leases, lease, offset, length);
}

static void bus_on_pool(const struct lease_pool *pool, void *userdata)
{
	struct bus *bus = userdata;

	lease_objects_pool(&bus->manager.leases, pool->policy->name);
}

static void bus_on_settled(void *userdata)
{
	struct bus *bus = userdata;

	manager_settled(&bus->manager);
	calls_passed(&bus->calls);
}

void bus_free(struct bus *bus)
{
	bus_drop(bus);
	calls_done(&bus->calls);
	manager_clear(&bus->manager);
	sd_event_source_disable_unref(bus->reconnect);
	sd_event_source_disable_unref(bus->joining);
	sd_event_unref(bus->event);
	free(bus);
}

static int bus_setup(struct bus *bus)
{
	const struct broker_watcher watcher = {
		.busy = bus_on_busy,
		.passed = bus_on_passed,
		.job = bus_on_job,
		.lease = bus_on_lease,
		.reclaim = bus_on_reclaim,
		.poisoned = bus_on_poisoned,
		.pool = bus_on_pool,
		.settled = bus_on_settled,
		.userdata = bus,
	};
	int r;

	r = sd_event_add_time(bus->event, &bus->reconnect, CLOCK_MONOTONIC, 0,
			      0, bus_on_reconnect, bus);
	if (r >= 0)
		r = sd_event_source_set_enabled(bus->reconnect, SD_EVENT_OFF);
	if (r >= 0)
		r = calls_init(&bus->calls, bus->event);
	if (r < 0)
		return r;
	r = bus_connect(bus);
	if (r < 0)
		bus_lost(bus, -r);
	return broker_watch(bus->broker, &watcher);
}

int bus_new(sd_event *event, struct broker *broker, struct bus **ret)
{
	struct bus *bus;
	int r;

	bus = calloc(1, sizeof(*bus));
	if (!bus)
		return -ENOMEM;
	bus->event = sd_event_ref(event);
	bus->broker = broker;
	bus->calls = (struct call_queue){
		.broker = broker,
		.desk = broker_lease_desk(broker),
		.passed = broker_loaded_at(broker) > 0,
		.deaf = bus_on_deaf,
		.userdata = bus,
	};
	manager_init(&bus->manager, broker, &bus->calls);
	manager_fill(&bus->manager);
	r = bus_setup(bus);
	if (r < 0) {
		bus_free(bus);
		return r;
	}
	*ret = bus;
	return 0;
}
