// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/plan/device-subject.h"

struct policy_subject plan_subject(const struct facts_snapshot *snapshot,
				   const struct facts_device *device)
{
	const struct facts_region *region =
		facts_device_region(snapshot, device);
	struct policy_subject subject = {
		.device = device->name,
		.path = device->path,
		.uuid = region->uuid,
		.size = device->size,
		.target_node = device->target_node,
		.ranges = device->ranges,
		.n_ranges = device->n_ranges,
	};

	if (region->provider != FACTS_PROVIDER_OTHER)
		subject.provider = facts_provider_name(region->provider);
	if (!device->ranges_known)
		subject.unknown |= POLICY_UNKNOWN_RANGES;
	if (region->uuid_unknown)
		subject.unknown |= POLICY_UNKNOWN_UUID;
	return subject;
}
