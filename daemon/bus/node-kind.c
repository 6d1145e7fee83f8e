// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/names.h"
#include "broker/inventory.h"
#include "daemon/bus/property.h"

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),	   PROPERTY_CONSTANT("Number", "i"),
	PROPERTY("Names", "as"),   PROPERTY("Size", "t"),
	PROPERTY("Devices", "as"), SD_BUS_VTABLE_END
};

static void facts(const void *item, act_fact_fn fact, void *userdata)
{
	inventory_node_facts(item, fact, userdata);
}

const struct kind kind_node = {
	.name = "node",
	.interface = BUS_NODE_INTERFACE,
	.vtable = vtable,
	.self_property = "Number",
	.self_fact = "node",
	.facts = facts,
};
