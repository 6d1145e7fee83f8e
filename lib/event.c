// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lib/event.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/names.h"
#include "lib/fault.h"
#include "lib/property.h"

#define PROPERTIES "org.freedesktop.DBus.Properties"
#define OBJECT_MANAGER "org.freedesktop.DBus.ObjectManager"

/* On a new connection: it has its signals, and the manager says when it is no
 * more. */
static int watch(struct daxbroker_lease *lease)
{
	char match[512];
	int r;

	if (!lease->link.fresh)
		return 0;
	lease->link.fresh = false;
	snprintf(match, sizeof(match),
		 "type='signal',sender='" BUS_NAME "',path='%s'", lease->path);
	r = link_watch(&lease->link, match);
	if (r < 0)
		return r;
	snprintf(match, sizeof(match),
		 "type='signal',sender='" BUS_NAME "',path='" BUS_PATH "',"
		 "interface='" OBJECT_MANAGER "',member='InterfacesRemoved',"
		 "arg0path='%s'",
		 lease->path);
	return link_watch(&lease->link, match);
}

static int new_get(struct daxbroker_lease *lease, sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	int r;

	r = link_new_call(&lease->link, lease->path, PROPERTIES, "GetAll", &m);
	if (r >= 0)
		r = sd_bus_message_append(m, "s", BUS_LEASE_INTERFACE);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(m);
	return 0;
}

static int read_now(struct daxbroker_lease *lease, char **ret_error)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL,
							*reply = NULL;
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = new_get(lease, &m);
	if (r >= 0)
		r = sd_bus_call(lease->link.bus, m, 0, &error, &reply);
	if (r >= 0)
		r = link_set_owner(&lease->link,
				   sd_bus_message_get_sender(reply) ?: "");
	if (r >= 0)
		r = property_read_all(lease, reply);
	if (r >= 0)
		r = property_check(lease);
	if (r < 0)
		r = fault_set_bus(ret_error, &error, r);
	sd_bus_error_free(&error);
	return r;
}

int event_subscribe(struct daxbroker_lease *lease, char **ret_error)
{
	int r = watch(lease);

	if (r < 0)
		return fault_set_bus(ret_error, &SD_BUS_ERROR_NULL, r);
	r = read_now(lease, ret_error);
	/* Something may have been read along with the answer. */
	if (r >= 0)
		link_wake(&lease->link, 0);
	return r;
}

/* A daemon that has no such lease may not know it yet: that is no event. */
static int on_properties(sd_bus_message *reply, void *userdata,
			 sd_bus_error *error _unused_)
{
	struct daxbroker_lease *lease = userdata;

	if (!sd_bus_message_is_method_error(reply, NULL))
		property_read_all(lease, reply);
	return 1;
}

/* The daemon is there again, and its signals meanwhile were nobody's. What
 * cannot be asked is left to the next time. */
static void refresh(struct daxbroker_lease *lease)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;

	if (watch(lease) < 0 || new_get(lease, &m) < 0)
		return;
	sd_bus_call_async(lease->link.bus, NULL, m, on_properties, lease,
			  UINT64_MAX);
	sd_bus_flush(lease->link.bus);
}

static void take_poison(struct daxbroker_lease *lease, sd_bus_message *m)
{
	uint64_t offset, length;

	if (sd_bus_message_read(m, "tt", &offset, &length) < 0)
		return;
	lease->poisoned = true;
	lease->poison_offset = offset;
	lease->poison_length = length;
}

static void take_change(struct daxbroker_lease *lease, sd_bus_message *m)
{
	const char *interface;

	if (sd_bus_message_read(m, "s", &interface) >= 0 &&
	    strcmp(interface, BUS_LEASE_INTERFACE) == 0)
		property_read_all(lease, m);
}

static void take_reclaim(struct daxbroker_lease *lease, sd_bus_message *m)
{
	uint64_t deadline;

	if (sd_bus_message_read(m, "t", &deadline) >= 0)
		lease->deadline = deadline;
}

static void take_removal(struct daxbroker_lease *lease, sd_bus_message *m)
{
	const char *path;

	if (sd_bus_message_read(m, "o", &path) >= 0 &&
	    strcmp(path, lease->path) == 0)
		lease->gone = true;
}

static void take_signal(struct daxbroker_lease *lease, sd_bus_message *m)
{
	const bool mine =
		strcmp(sd_bus_message_get_path(m) ?: "", lease->path) == 0;

	if (sd_bus_message_is_signal(m, OBJECT_MANAGER, "InterfacesRemoved"))
		take_removal(lease, m);
	else if (!mine)
		return;
	else if (sd_bus_message_is_signal(m, BUS_LEASE_INTERFACE, "Poisoned"))
		take_poison(lease, m);
	else if (sd_bus_message_is_signal(m, BUS_LEASE_INTERFACE,
					  "ReclaimRequested"))
		take_reclaim(lease, m);
	else if (sd_bus_message_is_signal(m, PROPERTIES, "PropertiesChanged"))
		take_change(lease, m);
}

/* 1 and *ret: something is that was not reported. */
static int find_event(struct daxbroker_lease *lease,
		      struct daxbroker_event *ret)
{
	if (lease->poisoned) {
		lease->poisoned = false;
		*ret = (struct daxbroker_event){
			.type = DAXBROKER_EVENT_POISONED,
			.offset = lease->poison_offset,
			.length = lease->poison_length,
		};
		return 1;
	}
	if (lease->gone) {
		if (lease->gone_reported)
			return 0;
		lease->gone_reported = true;
		*ret = (struct daxbroker_event){ .type = DAXBROKER_EVENT_GONE };
		return 1;
	}
	if (lease->deadline == lease->deadline_reported)
		return 0;
	lease->deadline_reported = lease->deadline;
	if (lease->deadline == 0)
		return 0;
	*ret = (struct daxbroker_event){ .type = DAXBROKER_EVENT_RECLAIM,
					 .deadline = lease->deadline };
	return 1;
}

/* There may be more: the descriptor is readable until there is not. */
static int report(struct daxbroker_lease *lease, struct daxbroker_event *ret)
{
	const int r = find_event(lease, ret);

	if (r > 0)
		link_wake(&lease->link, 0);
	return r;
}

_public_ int daxbroker_lease_process(struct daxbroker_lease *lease,
				     struct daxbroker_event *ret)
{
	int r;

	do {
		_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
		bool opened;

		if (report(lease, ret) > 0)
			return 1;
		r = link_next(&lease->link, &m, &opened);
		if (r > 0 && opened)
			refresh(lease);
		else if (r > 0 && m)
			take_signal(lease, m);
	} while (r > 0);
	return report(lease, ret);
}
