// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "cli/fleet.h"
#include "cli/view.h"
#include "policy/settings.h"

static const char *answer_name(enum policy_answer answer)
{
	switch (answer) {
	case POLICY_FITS:
		return "fits";
	case POLICY_DIFFERS:
		return "differs";
	case POLICY_UNDECIDED:
		return "undecided";
	case POLICY_IN_ERROR:
		break;
	}
	return "in-error";
}

static void add_line_number(json_object *object, unsigned int line)
{
	view_add_number(object, "line", line ? (int64_t)line : -1);
}

static json_object *key_json(const struct policy_key_reason *key)
{
	json_object *object = json_object_new_object();

	view_add_string(object, "key", key->key);
	view_add_string(object, "answer", answer_name(key->answer));
	view_add_string(object, "file", key->file);
	add_line_number(object, key->line);
	view_add_string(object, "wanted", key->wanted);
	view_add_string(object, "have", key->have);
	return object;
}

static json_object *reason_json(const struct policy_reason *reason)
{
	json_object *object = json_object_new_object();
	json_object *keys = json_object_new_array();
	json_object *dropins = json_object_new_array();

	view_add_string(object, "file", reason->file);
	view_add_string(object, "answer", answer_name(reason->answer));
	add_line_number(object, reason->line);
	view_add_string(object, "key", reason->key);
	view_add_string(object, "wanted", reason->wanted);
	view_add_string(object, "have", reason->have);
	view_add_string(object, "message", reason->message);
	for (size_t i = 0; i < reason->n_keys; i++)
		json_object_array_add(keys, key_json(&reason->keys[i]));
	json_object_object_add(object, "keys", keys);
	for (size_t i = 0; i < reason->n_dropins; i++)
		json_object_array_add(
			dropins, json_object_new_string(reason->dropins[i]));
	json_object_object_add(object, "dropins", dropins);
	return object;
}

static json_object *limit_json(const struct plan_limit *limit)
{
	json_object *object = json_object_new_object();

	view_add_string(object, "name", limit->name);
	view_add_string(object, "file", limit->origin.file);
	add_line_number(object, limit->origin.line);
	json_object_object_add(object, "breaks",
			       json_object_new_boolean(limit->breaks));
	view_add_string(object, "message", limit->text);
	return object;
}

/* What is decided of it by settings of @section. */
static void add_use(json_object *object, const char *section,
		    const struct policy_use *use)
{
	char buf[POLICY_VALUE_MAX];

	for (const struct policy_setting *s = NULL;
	     (s = policy_settings_next_use(section, s));)
		view_add_string(object, s->name,
				policy_setting_show(s, use, buf));
}

static json_object *slice_json(const struct policy_slice *slice)
{
	json_object *object = json_object_new_object();

	view_add_string(object, "name", slice->name);
	add_use(object, POLICY_SECTION_DEVICE, &slice->use);
	view_add_number(object, "offset", (int64_t)slice->offset);
	view_add_number(object, "size", (int64_t)slice->size);
	view_add_number(object, "align", (int64_t)slice->align);
	view_add_number(object, "waste", (int64_t)slice->waste);
	return object;
}

static json_object *layout_json(const struct policy_layout *layout)
{
	json_object *object, *devices;

	if (!layout)
		return NULL;
	object = json_object_new_object();
	devices = json_object_new_array();
	view_add_string(object, "fault",
			layout->fault ? policy_layout_fault_name(layout->fault)
				      : NULL);
	view_add_string(object, "message", layout->message);
	for (size_t i = 0; i < layout->n_slices; i++)
		json_object_array_add(devices, slice_json(&layout->slices[i]));
	json_object_object_add(object, "devices", devices);
	view_add_number(object, "waste", (int64_t)layout->waste);
	view_add_number(object, "unused", (int64_t)layout->unused);
	return object;
}

static json_object *item_json(const struct plan_item *item)
{
	const struct policy_decision *decision = item->decision;
	json_object *object = json_object_new_object();
	json_object *reasons = json_object_new_array();
	json_object *limits = json_object_new_array();

	view_add_string(object, "device", item->device->name);
	view_add_string(object, "identity", item->device->identity);
	add_use(object, POLICY_SECTION_REGION, &decision->use);
	json_object_object_add(object, "layout", layout_json(decision->layout));
	view_add_string(object, "slice",
			decision->slice ? decision->slice->name : NULL);
	view_add_string(object, "policy", decision->file);
	view_add_string(object, "state", view_state(item));
	view_add_string(object, "reason", item->plan->reason);
	for (size_t i = 0; i < decision->n_reasons; i++)
		json_object_array_add(reasons,
				      reason_json(&decision->reasons[i]));
	json_object_object_add(object, "files", reasons);
	for (size_t i = 0; i < item->plan->n_limits; i++)
		json_object_array_add(limits,
				      limit_json(&item->plan->limits[i]));
	json_object_object_add(object, "limits", limits);
	return object;
}

static void print_place(const char *file, unsigned int line)
{
	printf("%s:", file);
	if (line)
		printf("%u:", line);
}

static void print_reason(const struct policy_reason *reason)
{
	printf("  ");
	print_place(reason->file, reason->line);
	printf(" %s: %s\n", answer_name(reason->answer), reason->message);
	for (size_t i = 0; i < reason->n_keys; i++) {
		const struct policy_key_reason *key = &reason->keys[i];

		printf("    ");
		print_place(key->file, key->line);
		printf(" %s=%s: it is %s\n", key->key, key->wanted, key->have);
	}
	for (size_t i = 0; i < reason->n_dropins; i++)
		printf("    %s contributed\n", reason->dropins[i]);
}

/* What is decided besides mode and zone and is not the default. */
static void print_use(const struct policy_use *use)
{
	char buf[POLICY_VALUE_MAX];

	for (const struct policy_setting *s = NULL;
	     (s = policy_settings_next_use(POLICY_SECTION_REGION, s));)
		if (strcmp(s->key, "Mode") != 0 &&
		    strcmp(s->key, "Zone") != 0 &&
		    !policy_setting_is_default(s, use))
			printf(", %s=%s", s->key,
			       policy_setting_show(s, use, buf));
}

static void print_decision(const struct policy_decision *decision)
{
	printf("  Decided: ");
	if (decision->layout)
		printf("lay out: %s", decision->layout->message);
	if (decision->slice)
		printf("; it is %s: ", decision->slice->name);
	if (decision->slice || !decision->layout)
		printf("%s", policy_mode_name(decision->use.mode));
	if (decision->use.mode == POLICY_MODE_SYSTEM_RAM)
		printf(", zone %s", policy_zone_name(decision->use.zone));
	print_use(&decision->use);
	printf(" (%s)\n", decision->file ? decision->file : "no file decided");
}

static void print_limit(const struct plan_limit *limit)
{
	printf("  Limit: ");
	if (limit->origin.file) {
		print_place(limit->origin.file, limit->origin.line);
		putchar(' ');
	}
	printf("%s: %s: %s\n", limit->name,
	       limit->breaks ? "forbids it" : "allows it", limit->text);
}

static void print_item(const struct plan_item *item)
{
	const struct policy_decision *decision = item->decision;

	printf("%s (%s)\n", item->device->name, item->device->identity);
	for (size_t i = 0; i < decision->n_reasons; i++)
		print_reason(&decision->reasons[i]);
	print_decision(decision);
	for (size_t i = 0; i < item->plan->n_limits; i++)
		print_limit(&item->plan->limits[i]);
	printf("  State: %s: %s\n", view_state(item), item->plan->reason);
}

static void print_view(const struct view *view, _unused_ void *data)
{
	if (view->host)
		printf("%s:\n", view->host);
	for (size_t i = 0; i < view->n_items; i++)
		print_item(view->items[i]);
}

static void add_view(const struct view *view, void *data)
{
	json_object *array = data;

	for (size_t i = 0; i < view->n_items; i++) {
		json_object *object = item_json(view->items[i]);

		if (view->host)
			view_add_string(object, "host", view->host);
		json_object_array_add(array, object);
	}
}

static enum exit_code explain_fleet(const struct arguments *arguments,
				    fleet_fn each, void *data)
{
	_cleanup_policy_set_ struct policy_set *policies = NULL;
	enum exit_code status;

	status = view_load_policies(arguments, &policies);
	if (status != EXIT_OK)
		return status;
	status = fleet_each(arguments, policies, each, data);
	return worse(status,
		     policy_set_has_errors(policies) ? EXIT_POLICY : EXIT_OK);
}

static enum exit_code explain_machine(const struct arguments *arguments,
				      fleet_fn each, void *data)
{
	_cleanup_view_ struct view view = { 0 };
	enum exit_code status;

	status = view_take(arguments, &view);
	if (status != EXIT_OK)
		return status;
	each(&view, data);
	return view_policy_status(&view);
}

enum exit_code verb_explain(const struct arguments *arguments)
{
	json_object *array = json_object_new_array(), *top;
	fleet_fn each = arguments->json ? add_view : print_view;
	enum exit_code status;

	status = arguments->facts ? explain_fleet(arguments, each, array)
				  : explain_machine(arguments, each, array);
	if (!arguments->json || status == EXIT_ERROR ||
	    status == EXIT_NOT_FOUND) {
		json_object_put(array);
		return status;
	}
	top = json_object_new_object();
	json_object_object_add(top, "devices", array);
	view_print_json(top);
	return status;
}
