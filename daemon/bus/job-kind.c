// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/names.h"
#include "broker/job-record.h"
#include "daemon/bus/broker-call.h"
#include "daemon/bus/exported.h"
#include "daemon/bus/property.h"

static int on_cancel(sd_bus_message *message, void *userdata,
		     sd_bus_error *error)
{
	const struct exported *object = userdata;
	const struct job_record *job = object->item;
	const struct call_request request = {
		.kind = &broker_call_cancel,
		.job = job->number,
	};

	return call_begin(object->export->calls, &request, message, error);
}

static const sd_bus_vtable vtable[] = { SD_BUS_VTABLE_START(0),
					SD_BUS_METHOD(
						"Cancel", NULL, NULL, on_cancel,
						SD_BUS_VTABLE_UNPRIVILEGED),
					PROPERTY_CONSTANT("Number", "t"),
					PROPERTY_CONSTANT("Device", "o"),
					PROPERTY_CONSTANT("Region", "o"),
					PROPERTY_CONSTANT("Purpose", "s"),
					PROPERTY_CONSTANT("Mode", "s"),
					PROPERTY_CONSTANT("Policy", "s"),
					PROPERTY_CONSTANT("Reason", "s"),
					PROPERTY_CONSTANT("Trigger", "s"),
					PROPERTY_CONSTANT("AskedBy", "u"),
					PROPERTY("State", "s"),
					PROPERTY("Step", "t"),
					PROPERTY_CONSTANT("Steps", "t"),
					PROPERTY("StepKind", "s"),
					PROPERTY("Progress", "s"),
					PROPERTY("Blocks", "t"),
					PROPERTY("BlocksDone", "t"),
					PROPERTY("Bytes", "t"),
					PROPERTY("BytesDone", "t"),
					PROPERTY("Rate", "t"),
					PROPERTY("Eta", "t"),
					PROPERTY_CONSTANT("QueuedAt", "t"),
					PROPERTY("BegunAt", "t"),
					SD_BUS_VTABLE_END };

static void facts(const void *item, act_fact_fn fact, void *userdata)
{
	job_record_facts(item, false, fact, userdata);
}

const struct kind kind_job = {
	.name = "job",
	.interface = BUS_JOB_INTERFACE,
	.vtable = vtable,
	.self_property = "Number",
	.self_fact = "job",
	.facts = facts,
};
