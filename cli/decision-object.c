// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/decision-object.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/decision-text.h"
#include "cli/device-text.h"
#include "cli/grant-text.h"
#include "cli/object.h"
#include "cli/override-text.h"
#include "plan/limit-check.h"
#include "policy/settings.h"

static void add_line_number(json_object *object, unsigned int line)
{
	object_add_known(object, "line", line);
}

static json_object *key_json(const struct policy_key_reason *key)
{
	json_object *object = json_object_new_object();

	object_add_string(object, "key", key->key);
	object_add_string(object, "answer", decision_text_answer(key->answer));
	object_add_string(object, "file", key->file);
	add_line_number(object, key->line);
	object_add_string(object, "wanted", key->wanted);
	object_add_string(object, "have", key->have);
	return object;
}

static json_object *reason_json(const struct policy_reason *reason)
{
	json_object *object = json_object_new_object();
	json_object *keys = json_object_new_array();

	object_add_string(object, "file", reason->file);
	object_add_string(object, "answer",
			  decision_text_answer(reason->answer));
	add_line_number(object, reason->line);
	object_add_string(object, "key", reason->key);
	object_add_string(object, "wanted", reason->wanted);
	object_add_string(object, "have", reason->have);
	object_add_string(object, "message", reason->message);
	for (size_t i = 0; i < reason->n_keys; i++)
		json_object_array_add(keys, key_json(&reason->keys[i]));
	object_add(object, "keys", keys);
	object_add_strings(object, "dropins", reason->dropins,
			   reason->n_dropins);
	return object;
}

json_object *
decision_object_reasons(const struct policy_explanation *explanation)
{
	json_object *array = json_object_new_array();

	for (size_t i = 0; i < explanation->n; i++)
		json_object_array_add(array,
				      reason_json(&explanation->reasons[i]));
	return array;
}

static json_object *limit_json(const struct limit_check *limit)
{
	json_object *object = json_object_new_object();

	object_add_string(object, "name", limit->name);
	object_add_string(object, "file", limit->origin.file);
	add_line_number(object, limit->origin.line);
	object_add_bool(object, "breaks", limit->breaks);
	object_add_string(object, "message", limit->text);
	return object;
}

/* What is decided of it by settings of @section. */
static void add_use(json_object *object, const char *section,
		    const struct policy_use *use)
{
	char buf[POLICY_VALUE_MAX];

	for (const struct policy_setting *s = NULL;
	     (s = policy_settings_next_use(section, s));)
		object_add_string(object, s->name,
				  policy_setting_show(s, use, buf));
}

/* null: none has it. */
static void add_lease(json_object *object, uint64_t id)
{
	char text[17];

	snprintf(text, sizeof(text), "%016" PRIx64, id);
	object_add_string(object, "lease", id ? text : NULL);
}

static json_object *slice_json(const struct policy_slice *slice)
{
	json_object *object = json_object_new_object();

	object_add_string(object, "name", slice->name);
	add_use(object, POLICY_SECTION_DEVICE, &slice->use);
	object_add_number(object, "offset", (int64_t)slice->offset);
	object_add_number(object, "size", (int64_t)slice->size);
	object_add_number(object, "align", (int64_t)slice->align);
	object_add_number(object, "waste", (int64_t)slice->waste);
	add_lease(object, slice->grant);
	return object;
}

/* A pool can have as many slices as devices: they are listed once. */
static bool lists_slices(const struct plan_item *item)
{
	uint64_t x, y;

	return !item->decision->layout->fixed ||
	       (facts_device_numbers(item->device->name, &x, &y) && y == 0);
}

static json_object *layout_json(const struct plan_item *item)
{
	const struct policy_layout *layout = item->decision->layout;
	json_object *object, *devices;

	if (!layout)
		return NULL;
	object = json_object_new_object();
	devices = json_object_new_array();
	object_add_string(
		object, "fault",
		layout->fault ? policy_layout_fault_name(layout->fault) : NULL);
	object_add_string(object, "message", layout->message);
	for (size_t i = 0; lists_slices(item) && i < layout->n_slices; i++)
		json_object_array_add(devices, slice_json(&layout->slices[i]));
	object_add(object, "devices", devices);
	object_add_number(object, "waste", (int64_t)layout->waste);
	object_add_number(object, "unused", (int64_t)layout->unused);
	return object;
}

json_object *decision_object_new(const struct plan_item *item,
				 const struct policy_grants *grants,
				 const struct policy_explanation *asked)
{
	const struct policy_decision *decision = item->decision;
	_cleanup_free_ char *owner = grant_text_owner(grants, item);
	json_object *object = json_object_new_object();
	json_object *limits = json_object_new_array();

	object_add_string(object, "device", item->device->name);
	object_add_string(object, "identity", item->device->identity);
	add_use(object, POLICY_SECTION_REGION, &decision->use);
	object_add(object, "layout", layout_json(item));
	object_add_string(object, "slice",
			  decision->slice ? decision->slice->name : NULL);
	object_add_string(object, "pool",
			  decision->pool ? decision->pool->name : NULL);
	add_lease(object, decision->grant);
	object_add_string(object, "lease_state",
			  grant_text_state(grants, item));
	object_add_string(object, "leased_by", owner);
	object_add_string(object, "policy", decision->file);
	object_add(object, "override", override_text_json(decision->override));
	object_add(object, "override_unknown",
		   json_object_new_boolean(decision->override_unknown));
	object_add_string(object, "state", device_text_state(item));
	object_add_string(object, "reason", item->plan->reason);
	object_add(object, "files", decision_object_reasons(asked));
	for (size_t i = 0; i < item->plan->n_limits; i++)
		json_object_array_add(limits,
				      limit_json(&item->plan->limits[i]));
	object_add(object, "limits", limits);
	return object;
}
