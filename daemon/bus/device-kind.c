// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/names.h"
#include "daemon/bus/property.h"

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),	       PROPERTY_CONSTANT("Name", "s"),
	PROPERTY("Identity", "s"),     PROPERTY("Region", "o"),
	PROPERTY("Node", "i"),	       PROPERTY("Mode", "s"),
	PROPERTY("Content", "s"),      PROPERTY("Policy", "s"),
	PROPERTY("Pool", "s"),	       PROPERTY("Lease", "o"),
	PROPERTY("Outcome", "s"),      PROPERTY("ExitStatus", "t"),
	PROPERTY("Refusal", "s"),      PROPERTY("Message", "s"),
	PROPERTY("Job", "o"),	       PROPERTY("Attempts", "t"),
	PROPERTY("AttemptedAt", "t"),  PROPERTY("RetryAt", "t"),
	PROPERTY("Found", "s"),	       PROPERTY("Override", "s"),
	PROPERTY("OverrideUser", "t"), PROPERTY("OverrideUntil", "t"),
	PROPERTY("Failure", "a{sv}"),  SD_BUS_VTABLE_END
};

static void facts(const void *item, act_fact_fn fact, void *userdata)
{
	const struct record record = record_fact_without_processes(item);
	_cleanup_free_ char *message = record_fact_message(&record);

	record_facts(&record, fact, userdata);
	if (message)
		fact("message", message, false, userdata);
}

static void details(const void *item, act_fact_fn fact, void *userdata)
{
	const struct record record = record_fact_without_processes(item);

	record_fact_failure(&record, fact, userdata);
}

const struct kind kind_device = {
	.name = "device",
	.interface = BUS_DEVICE_INTERFACE,
	.vtable = vtable,
	.self_property = "Name",
	.self_fact = "device",
	.facts = facts,
	.details = details,
};
