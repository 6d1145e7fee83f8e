/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_PLAN_MACHINE_H
#define TESTS_PLAN_MACHINE_H

#include <stddef.h>
#include <stdint.h>

#include "plan/balance.h"
#include "plan/plan.h"

#define BLOCK (UINT64_C(128) << 20)
#define FIRST_BLOCK 32
#define N_BLOCKS 4

/* A whole machine; what is in it may be changed before a plan is made. */
struct machine {
	struct facts_snapshot snapshot;
	struct facts_region region;
	struct facts_device device;
	struct facts_block blocks[N_BLOCKS];
	size_t block_index[N_BLOCKS];
	struct phys_range range;
	struct facts_holder holder;
	struct policy_decision decision;
	struct policy_limits limits;
	struct plan_balance before;
};

/* A devdax hmem device of N_BLOCKS; its policy wants movable system RAM. */
void machine_init(struct machine *m);

/* Its memory is hot-plugged; the first @n_online blocks are online in @zone. */
void machine_plug(struct machine *m, size_t n_online, enum facts_zone zone);

/* To be freed; that there is none fails the test. */
struct plan *build(struct machine *m, unsigned int flags);

/* The plan as one line: "nothing", "refused busy" or "unbind:device_dax ...";
 * blocks and zones are part of it. In one buffer. */
const char *summary(const struct plan *plan);

/* The summary of its plan is @wanted. */
void expect(struct machine *m, unsigned int flags, const char *wanted);

#endif
