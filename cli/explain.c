// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "cli/view.h"

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

static json_object *reason_json(const struct policy_reason *reason)
{
	json_object *object = json_object_new_object();

	view_add_string(object, "file", reason->file);
	view_add_string(object, "answer", answer_name(reason->answer));
	view_add_number(object, "line",
			reason->line ? (int64_t)reason->line : -1);
	view_add_string(object, "key", reason->key);
	view_add_string(object, "wanted", reason->wanted);
	view_add_string(object, "have", reason->have);
	view_add_string(object, "message", reason->message);
	return object;
}

static json_object *item_json(const struct survey_item *item)
{
	const struct policy_decision *decision = item->decision;
	json_object *object = json_object_new_object();
	json_object *reasons = json_object_new_array();

	view_add_string(object, "device", item->device->name);
	view_add_string(object, "identity", item->device->identity);
	view_add_string(object, "mode", policy_mode_name(decision->mode));
	view_add_string(object, "zone", policy_zone_name(decision->zone));
	view_add_string(object, "node_name", decision->node_name);
	view_add_string(object, "policy", decision->file);
	view_add_string(object, "state", view_state(item));
	view_add_string(object, "reason", item->plan->reason);
	for (size_t i = 0; i < decision->n_reasons; i++)
		json_object_array_add(reasons,
				      reason_json(&decision->reasons[i]));
	json_object_object_add(object, "files", reasons);
	return object;
}

static void print_reason(const struct policy_reason *reason)
{
	if (reason->line)
		printf("  %s:%u: %s: %s\n", reason->file, reason->line,
		       answer_name(reason->answer), reason->message);
	else
		printf("  %s: %s: %s\n", reason->file,
		       answer_name(reason->answer), reason->message);
}

static void print_item(const struct survey_item *item)
{
	const struct policy_decision *decision = item->decision;

	printf("%s (%s)\n", item->device->name, item->device->identity);
	for (size_t i = 0; i < decision->n_reasons; i++)
		print_reason(&decision->reasons[i]);
	printf("  Decided: %s", policy_mode_name(decision->mode));
	if (decision->mode == POLICY_MODE_SYSTEM_RAM)
		printf(", zone %s", policy_zone_name(decision->zone));
	if (decision->node_name)
		printf(", node name %s", decision->node_name);
	printf(" (%s)\n", decision->file ? decision->file : "no file decided");
	printf("  State: %s: %s\n", view_state(item), item->plan->reason);
}

enum exit_code verb_explain(const struct arguments *arguments)
{
	_cleanup_view_ struct view view = { 0 };
	json_object *top, *array;
	enum exit_code status;

	status = view_take(arguments, &view);
	if (status != EXIT_OK)
		return status;
	if (!arguments->json) {
		for (size_t i = 0; i < view.n_items; i++)
			print_item(view.items[i]);
		return view_policy_status(&view);
	}
	top = json_object_new_object();
	array = json_object_new_array();
	for (size_t i = 0; i < view.n_items; i++)
		json_object_array_add(array, item_json(view.items[i]));
	json_object_object_add(top, "devices", array);
	view_print_json(top);
	return view_policy_status(&view);
}
