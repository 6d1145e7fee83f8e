// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/names.h"
#include "broker/inventory.h"
#include "daemon/bus/property.h"

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),		PROPERTY_CONSTANT("Path", "s"),
	PROPERTY("Provider", "s"),	PROPERTY("Uuid", "s"),
	PROPERTY("Dynamic", "b"),	PROPERTY("Size", "t"),
	PROPERTY("AvailableSize", "t"), PROPERTY("Node", "i"),
	PROPERTY("Devices", "as"),	SD_BUS_VTABLE_END
};

static void facts(const void *item, act_fact_fn fact, void *userdata)
{
	inventory_region_facts(item, fact, userdata);
}

const struct kind kind_region = {
	.name = "region",
	.interface = BUS_REGION_INTERFACE,
	.vtable = vtable,
	.self_property = "Path",
	.self_fact = "path",
	.facts = facts,
};
