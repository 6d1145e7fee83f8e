// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/plan/plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/plan/block-names.h"

static const char *const kind_names[] = {
	[PLAN_CHECK_UNUSED] = "check-unused",
	[PLAN_LOAD_MODULE] = "load-module",
	[PLAN_OFFLINE] = "offline",
	[PLAN_UNBIND] = "unbind",
	[PLAN_BIND] = "bind",
	[PLAN_ONLINE] = "online",
};

static const char *const outcome_names[] = {
	[PLAN_NOTHING] = "nothing",
	[PLAN_SWITCH] = "switch",
	[PLAN_KEEP] = "keep",
	[PLAN_REFUSED] = "refused",
};

static const char *const refusal_names[] = {
	[PLAN_REFUSAL_NONE] = "none",
	[PLAN_REFUSAL_BUSY] = "busy",
	[PLAN_REFUSAL_PERSISTENT] = "persistent",
	[PLAN_REFUSAL_NO_NODE] = "no-node",
	[PLAN_REFUSAL_TOO_SMALL] = "too-small",
	[PLAN_REFUSAL_STRANDED] = "stranded",
	[PLAN_REFUSAL_NO_HOTPLUG] = "no-hotplug",
	[PLAN_REFUSAL_FOREIGN] = "foreign-driver",
	[PLAN_REFUSAL_CARVING] = "carving",
	[PLAN_REFUSAL_LIMIT] = "limit",
	[PLAN_REFUSAL_UNKNOWN] = "unknown",
};

const char *plan_step_kind_name(enum plan_step_kind kind)
{
	return kind_names[kind];
}

const char *plan_outcome_name(enum plan_outcome outcome)
{
	return outcome_names[outcome];
}

const char *plan_refusal_name(enum plan_refusal refusal)
{
	return refusal_names[refusal];
}

/* "VERB memory32-39 TAIL (8 blocks)" */
static char *describe_blocks(const struct plan *plan, const char *verb,
			     const char *tail, uint64_t n)
{
	_cleanup_free_ char *blocks =
		block_names(plan->blocks, plan->n_blocks);
	char *text;

	if (!blocks || asprintf(&text, "%s %s%s (%" PRIu64 " of %zu blocks)",
				verb, blocks, tail, n, plan->n_blocks) < 0)
		return NULL;
	return text;
}

static char *describe_offline(const struct plan *plan,
			      const struct plan_step *step)
{
	const char *tail =
		step->zone == POLICY_ZONE_MOVABLE  ? ", those not movable,"
		: step->zone == POLICY_ZONE_KERNEL ? ", those not kernel,"
						   : "";

	return describe_blocks(plan, "offline", tail, step->n_blocks);
}

static char *describe_online(const struct plan *plan,
			     const struct plan_step *step)
{
	const char *tail = step->zone == POLICY_ZONE_MOVABLE  ? " as movable"
			   : step->zone == POLICY_ZONE_KERNEL ? " as kernel"
							      : "";

	return describe_blocks(plan, "online", tail, step->n_blocks);
}

static char *describe_driver(const struct plan *plan, const char *verb,
			     const char *word, const char *driver)
{
	char *text;

	if (asprintf(&text, "%s %s %s %s", verb, plan->device, word, driver) <
	    0)
		return NULL;
	return text;
}

static char *describe_bind(const struct plan *plan,
			   const struct plan_step *step)
{
	char *text;

	if (step->zone == POLICY_ZONE_AUTO)
		return describe_driver(plan, "bind", "to", step->driver);
	if (asprintf(&text,
		     "bind %s to %s, auto_online_blocks held at online_%s",
		     plan->device, step->driver,
		     policy_zone_name(step->zone)) < 0)
		return NULL;
	return text;
}

static char *describe_text(const char *text)
{
	return strdup(text);
}

char *plan_step_describe(const struct plan *plan, const struct plan_step *step)
{
	char *text;

	switch (step->kind) {
	case PLAN_CHECK_UNUSED:
		if (asprintf(&text, "check that nobody uses /dev/%s",
			     plan->device) < 0)
			return NULL;
		return text;
	case PLAN_LOAD_MODULE:
		if (asprintf(&text,
			     "load module %s, auto_online_blocks held at "
			     "offline",
			     step->driver) < 0)
			return NULL;
		return text;
	case PLAN_OFFLINE:
		return describe_offline(plan, step);
	case PLAN_ONLINE:
		return describe_online(plan, step);
	case PLAN_UNBIND:
		return describe_driver(plan, "unbind", "from", step->driver);
	case PLAN_BIND:
		return describe_bind(plan, step);
	case PLAN_STEP_KINDS:
		break;
	}
	return NULL;
}

char *plan_step_describe_undo(const struct plan *plan,
			      const struct plan_step *step)
{
	switch (step->kind) {
	case PLAN_OFFLINE:
		return describe_text("online them in the zones they were in");
	case PLAN_ONLINE:
		return describe_text("offline those it onlined");
	case PLAN_UNBIND:
		return describe_driver(plan, "bind", "to", step->driver);
	case PLAN_BIND:
		return describe_driver(plan, "unbind", "from", step->driver);
	case PLAN_CHECK_UNUSED:
	case PLAN_LOAD_MODULE:
	case PLAN_STEP_KINDS:
		break;
	}
	return NULL;
}
