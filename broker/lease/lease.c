// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease/lease.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "basic/names.h"

char *lease_id_format(uint64_t id, char buf[LEASE_ID_MAX])
{
	snprintf(buf, LEASE_ID_MAX, "%016" PRIx64, id);
	return buf;
}

const char *lease_state_name(const struct lease *lease)
{
	if (lease->waiting)
		return "waiting";
	switch (lease->grant.state) {
	case POLICY_GRANT_MAKING:
	case POLICY_GRANT_READY:
		return "waiting";
	case POLICY_GRANT_ACTIVE:
		return "active";
	case POLICY_GRANT_DRAINING:
		return "draining";
	case POLICY_GRANT_RELEASING:
	case POLICY_GRANT_STATES:
		break;
	}
	return "releasing";
}

static void put_number(act_fact_fn fact, void *userdata, const char *name,
		       uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	fact(name, text, true, userdata);
}

static void put_text(act_fact_fn fact, void *userdata, const char *name,
		     const char *text)
{
	if (*text)
		fact(name, text, false, userdata);
}

static void put_path(act_fact_fn fact, void *userdata,
		     const struct lease *lease)
{
	char path[sizeof(DEV_LEASES) + LEASE_ID_MAX];

	snprintf(path, sizeof(path), DEV_LEASES "/%016" PRIx64,
		 lease->grant.id);
	if (lease->has_path)
		put_text(fact, userdata, "path", path);
}

void lease_facts(const struct lease *lease, act_fact_fn fact, void *userdata)
{
	const struct policy_grant *grant = &lease->grant;
	char id[LEASE_ID_MAX];

	put_text(fact, userdata, "id", lease_id_format(grant->id, id));
	put_text(fact, userdata, "pool", grant->pool);
	put_text(fact, userdata, "name", grant->name);
	put_text(fact, userdata, "unit", grant->unit);
	put_text(fact, userdata, "state", lease_state_name(lease));
	put_number(fact, userdata, "size", lease->size);
	put_number(fact, userdata, "align", grant->align);
	if (lease->node >= 0)
		put_number(fact, userdata, "node", (uint64_t)lease->node);
	put_text(fact, userdata, "device", lease->device);
	put_path(fact, userdata, lease);
	put_number(fact, userdata, "uid", grant->uid);
	put_number(fact, userdata, "pid", (uint64_t)grant->pid);
	put_text(fact, userdata, "incarnation", grant->incarnation);
	put_number(fact, userdata, "revocable", grant->revocable);
	if (grant->deadline)
		put_number(fact, userdata, "deadline", grant->deadline);
	put_number(fact, userdata, "since", grant->since);
}

void lease_holder_facts(const struct lease *lease, bool processes,
			act_fact_fn fact, void *userdata)
{
	struct act_blocker holder = lease->holder;

	if (!processes)
		act_failure_hide_blocker(&holder);
	act_failure_blocker_facts(&holder, fact, userdata);
}
