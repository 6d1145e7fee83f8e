// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/names.h"
#include "broker/lease-desk.h"
#include "daemon/bus/exported.h"
#include "daemon/bus/lease-call.h"
#include "daemon/bus/property.h"

static int on_release(sd_bus_message *message, void *userdata,
		      sd_bus_error *error)
{
	const struct exported *object = userdata;
	const struct lease *lease = object->item;
	const struct call_request request = {
		.kind = &lease_call_release,
		.lease = lease->grant.id,
	};

	return call_begin(object->export->calls, &request, message, error);
}

static int on_reclaim(sd_bus_message *message, void *userdata,
		      sd_bus_error *error)
{
	const struct exported *object = userdata;
	const struct lease *lease = object->item;
	struct call_request request = {
		.kind = &lease_call_reclaim,
		.lease = lease->grant.id,
	};
	int r;

	r = sd_bus_message_read(message, "t", &request.usec);
	if (r < 0)
		return r;
	if (request.usec > LEASE_ORDER_USEC_MAX)
		return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
					"Nobody can wait so long.");
	return call_begin(object->export->calls, &request, message, error);
}

static int on_get_holder(sd_bus_message *message, void *userdata,
			 sd_bus_error *error)
{
	const struct exported *object = userdata;
	const struct lease *lease = object->item;
	const struct call_request request = {
		.kind = &lease_call_holder,
		.lease = lease->grant.id,
	};

	return call_begin(object->export->calls, &request, message, error);
}

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	/* Unprivileged here: call.c asks whose they are, and polkit. */
	SD_BUS_METHOD("Release", NULL, NULL, on_release,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Reclaim", SD_BUS_ARGS("t", usec),
				SD_BUS_NO_RESULT, on_reclaim,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetHolder", SD_BUS_NO_ARGS,
				SD_BUS_RESULT("a{sv}", holder), on_get_holder,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_SIGNAL_WITH_ARGS("ReclaimRequested", SD_BUS_ARGS("t", deadline),
				0),
	SD_BUS_SIGNAL_WITH_ARGS("Poisoned",
				SD_BUS_ARGS("t", offset, "t", length), 0),
	PROPERTY_CONSTANT("Id", "s"),
	PROPERTY_CONSTANT("Pool", "s"),
	PROPERTY_CONSTANT("Name", "s"),
	PROPERTY_CONSTANT("Unit", "s"),
	PROPERTY("Size", "t"),
	PROPERTY("Align", "t"),
	PROPERTY("Node", "i"),
	PROPERTY("Device", "o"),
	PROPERTY("Path", "s"),
	PROPERTY_CONSTANT("Uid", "u"),
	PROPERTY_CONSTANT("Pid", "u"),
	PROPERTY("State", "s"),
	PROPERTY("Incarnation", "s"),
	PROPERTY_CONSTANT("Revocable", "b"),
	PROPERTY("Deadline", "t"),
	PROPERTY("Since", "t"),
	PROPERTY("Holder", "a{sv}"),
	SD_BUS_VTABLE_END,
};

static void facts(const void *item, act_fact_fn fact, void *userdata)
{
	lease_facts(item, fact, userdata);
}

static void details(const void *item, act_fact_fn fact, void *userdata)
{
	lease_holder_facts(item, false, fact, userdata);
}

const struct kind kind_lease = {
	.name = "lease",
	.interface = BUS_LEASE_INTERFACE,
	.vtable = vtable,
	.self_property = "Id",
	.self_fact = "id",
	.facts = facts,
	.details = details,
};
