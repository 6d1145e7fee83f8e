// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/grant-text.h"

#include <inttypes.h>

#include "basic/text.h"
#include "cli/object.h"

const struct policy_grant *grant_text_find(const struct policy_grants *grants,
					   const struct plan_item *item)
{
	return item->decision->grant
		       ? policy_grants_find(grants, item->decision->grant)
		       : NULL;
}

const char *grant_text_pool(const struct policy_grants *grants,
			    const struct plan_item *item)
{
	const struct policy_grant *grant = grant_text_find(grants, item);

	if (grant)
		return grant->pool;
	return item->decision->pool ? item->decision->pool->name : NULL;
}

/* For the next lease: no client has asked for it. */
static bool is_reserve(const struct policy_grant *grant)
{
	return grant->pid == 0 && (grant->state == POLICY_GRANT_MAKING ||
				   grant->state == POLICY_GRANT_READY);
}

static const char *state_of(const struct policy_grant *grant)
{
	if (is_reserve(grant))
		return "reserve";
	switch (grant->state) {
	case POLICY_GRANT_ACTIVE:
		return "active";
	case POLICY_GRANT_DRAINING:
		return "draining";
	case POLICY_GRANT_RELEASING:
		return "releasing";
	case POLICY_GRANT_MAKING:
	case POLICY_GRANT_READY:
	case POLICY_GRANT_STATES:
		break;
	}
	return "waiting";
}

const char *grant_text_state(const struct policy_grants *grants,
			     const struct plan_item *item)
{
	const struct policy_decision *decision = item->decision;
	const struct policy_grant *grant = grant_text_find(grants, item);

	if (grant)
		return state_of(grant);
	return decision->pool && (decision->slice || !decision->layout) ? "idle"
									: NULL;
}

/* That some client has, or is to have. */
static const struct policy_grant *find_lease(const struct policy_grants *grants,
					     const struct plan_item *item)
{
	const struct policy_grant *grant = grant_text_find(grants, item);

	return grant && !is_reserve(grant) ? grant : NULL;
}

static char *id_of(const struct policy_grant *grant)
{
	return text_format("%016" PRIx64, grant->id);
}

char *grant_text_id(const struct policy_grants *grants,
		    const struct plan_item *item)
{
	const struct policy_grant *grant = find_lease(grants, item);

	return grant ? id_of(grant) : NULL;
}

char *grant_text_owner(const struct policy_grants *grants,
		       const struct plan_item *item)
{
	const struct policy_grant *grant = find_lease(grants, item);

	if (!grant)
		return NULL;
	return text_format("user %u (%s%s%s%sprocess %d)", grant->uid,
			   grant->name, *grant->name ? ", " : "", grant->unit,
			   *grant->unit ? ", " : "", (int)grant->pid);
}

/* null for "". */
static void add_text(json_object *object, const char *key, const char *text)
{
	object_add_string(object, key, *text ? text : NULL);
}

json_object *grant_text_object(const struct policy_grants *grants,
			       const struct plan_item *item)
{
	const struct policy_grant *grant = find_lease(grants, item);
	_cleanup_free_ char *id = grant ? id_of(grant) : NULL;
	json_object *object;

	if (!id)
		return NULL;
	object = json_object_new_object();
	object_add_string(object, "id", id);
	add_text(object, "name", grant->name);
	object_add_string(object, "state", state_of(grant));
	object_add_number(object, "user", grant->uid);
	object_add_number(object, "process", grant->pid);
	add_text(object, "unit", grant->unit);
	return object;
}
