// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "basic/names.h"
#include "daemon/bus/exported.h"
#include "daemon/bus/lease-call.h"
#include "daemon/bus/pool-item.h"
#include "daemon/bus/property.h"

static int on_acquire(sd_bus_message *message, void *userdata,
		      sd_bus_error *error)
{
	const struct exported *object = userdata;
	const struct pool_item *item = object->item;
	struct call_request request = { .kind = &lease_call_acquire };
	int r;

	r = lease_order_read(message, &request.order, error);
	if (r < 0)
		return r;
	snprintf(request.order.pool, sizeof(request.order.pool), "%s",
		 item->policy.name);
	return call_begin(object->export->calls, &request, message, error);
}

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	/* Unprivileged here: call.c asks whose they are, and polkit. */
	SD_BUS_METHOD_WITH_ARGS(
		"Acquire", SD_BUS_ARGS("t", size, "a{sv}", options),
		SD_BUS_RESULT("h", device, "h", lease, "o", path), on_acquire,
		SD_BUS_VTABLE_UNPRIVILEGED),
	PROPERTY_CONSTANT("Name", "s"),
	PROPERTY("Idle", "s"),
	PROPERTY("Scrub", "s"),
	PROPERTY("Granule", "t"),
	PROPERTY("Reserve", "t"),
	PROPERTY("MinLease", "t"),
	PROPERTY("MaxLease", "t"),
	PROPERTY("MaxPerUser", "t"),
	PROPERTY("Size", "t"),
	PROPERTY("Leased", "t"),
	PROPERTY("Ready", "t"),
	PROPERTY("Largest", "t"),
	PROPERTY("Leases", "u"),
	PROPERTY("Waiting", "u"),
	SD_BUS_VTABLE_END,
};

static void facts(const void *item, act_fact_fn fact, void *userdata)
{
	const struct pool_item *copy = item;
	struct lease_pool pool = copy->pool;

	pool.policy = &copy->policy;
	lease_pool_facts(&pool, fact, userdata);
}

const struct kind kind_pool = {
	.name = "pool",
	.interface = BUS_POOL_INTERFACE,
	.vtable = vtable,
	.self_property = "Name",
	.self_fact = "name",
	.facts = facts,
};
