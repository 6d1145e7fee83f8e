// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine.h"
#include "plan/device-plan.h"
#include "plan/refusal.h"
#include "plan/step.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

void machine_init(struct machine *m)
{
	*m = (struct machine){
		.range = { FIRST_BLOCK * BLOCK,
			   (FIRST_BLOCK + N_BLOCKS) * BLOCK - 1 },
		.region = { .path = (char *)"/devices/platform/hmem.0",
			    .provider = FACTS_PROVIDER_HMEM },
		.device = { .name = (char *)"dax0.0",
			    .identity = (char *)"hmem:0x1-0x2",
			    .path = (char *)"/devices/platform/hmem.0/dax0.0",
			    .driver = (char *)"device_dax",
			    .size = N_BLOCKS * BLOCK,
			    .target_node = 1,
			    .ranges_known = true,
			    .n_ranges = 1,
			    .possible_blocks = N_BLOCKS,
			    .holders_known = true },
		.holder = { .pid = 42,
			    .command = (char *)"fio",
			    .mapped = true },
		.decision = { .use.mode = POLICY_MODE_SYSTEM_RAM,
			      .use.zone = POLICY_ZONE_MOVABLE,
			      .file = "/etc/daxbroker/a.region" },
	};
	m->device.ranges = &m->range;
	m->device.blocks = m->block_index;
	m->snapshot.kernel.block_size = BLOCK;
	m->snapshot.kernel.auto_online_blocks = (char *)"offline";
	m->snapshot.kernel.has_dax_bus = true;
	m->snapshot.kernel.has_device_dax = true;
	m->snapshot.kernel.has_kmem = true;
	m->snapshot.regions = &m->region;
	m->snapshot.n_regions = 1;
	m->snapshot.devices = &m->device;
	m->snapshot.n_devices = 1;
	m->snapshot.blocks = m->blocks;
}

void machine_plug(struct machine *m, size_t n_online, enum facts_zone zone)
{
	m->device.driver = (char *)"kmem";
	m->device.n_blocks = N_BLOCKS;
	m->snapshot.n_blocks = N_BLOCKS;
	for (size_t i = 0; i < N_BLOCKS; i++) {
		m->block_index[i] = i;
		m->blocks[i] = (struct facts_block){
			.id = FIRST_BLOCK + i,
			.state = i < n_online ? FACTS_BLOCK_ONLINE
					      : FACTS_BLOCK_OFFLINE,
			.zone = i < n_online ? zone : FACTS_ZONE_NONE,
			.node = 1,
		};
	}
}

struct plan *build(struct machine *m, unsigned int flags)
{
	struct plan *plan = NULL;

	assert_int_equal(device_plan_make(&m->snapshot, &m->device,
					  &m->decision, flags, &m->before,
					  &plan),
			 0);
	assert_non_null(plan);
	assert_non_null(plan->reason);
	return plan;
}

const char *summary(const struct plan *plan)
{
	static const char *const zones[] = { "movable", "kernel", "auto" };
	static char text[512];
	size_t n = 0;

	if (plan->outcome == PLAN_REFUSED) {
		snprintf(text, sizeof(text), "refused %s",
			 plan_refusal_name(plan->refusal));
		return text;
	}
	if (plan->outcome != PLAN_SWITCH) {
		assert_int_equal(plan->n_steps, 0);
		snprintf(text, sizeof(text), "%s",
			 plan_outcome_name(plan->outcome));
		return text;
	}
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];

		assert_non_null(step->reason);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s",
				      i ? " " : "",
				      plan_step_kind_name(step->kind));
		if (step->driver)
			n += (size_t)snprintf(text + n, sizeof(text) - n, ":%s",
					      step->driver);
		if (step->kind == PLAN_BIND && step->zone != POLICY_ZONE_AUTO)
			n += (size_t)snprintf(text + n, sizeof(text) - n, ":%s",
					      zones[step->zone]);
		if (step->kind == PLAN_ONLINE || step->kind == PLAN_OFFLINE)
			n += (size_t)snprintf(text + n, sizeof(text) - n,
					      ":%s:%d", zones[step->zone],
					      (int)step->n_blocks);
	}
	return text;
}

void expect(struct machine *m, unsigned int flags, const char *wanted)
{
	struct plan *plan = build(m, flags);

	assert_string_equal(summary(plan), wanted);
	plan_free(plan);
}
