// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything about a device. It is put together once, as JSON with the keys of
 * facts files; the text form prints that object's keys and values.
 */
#include <stdio.h>
#include <string.h>

#include "basic/size.h"
#include "basic/text.h"
#include "cli/device-object.h"
#include "cli/device-text.h"
#include "cli/object.h"
#include "cli/view.h"

static void add_decision(json_object *object, const struct plan_item *item)
{
	const struct policy_decision *decision = item->decision;

	object_add_string(object, "wanted_mode",
			  policy_mode_name(decision->use.mode));
	object_add_string(object, "wanted_zone",
			  policy_zone_name(decision->use.zone));
	object_add_string(object, "slice",
			  decision->slice ? decision->slice->name : NULL);
	object_add_string(object, "node_name",
			  policy_use_name(decision->use.node_name));
	object_add_string(object, "policy", decision->file);
	object_add_string(object, "state", device_text_state(item));
	object_add_string(object, "reason", item->plan->reason);
}

static bool is_size(const char *key)
{
	return strstr(key, "size") || strcmp(key, "free") == 0;
}

static void print_value(const char *key, json_object *value)
{
	char size[SIZE_FORMAT_MAX];

	if (json_object_get_type(value) == json_type_int && is_size(key))
		printf("%s", size_format(json_object_get_uint64(value), size));
	else if (json_object_get_type(value) == json_type_string)
		printf("%s", json_object_get_string(value));
	else if (value)
		printf("%s",
		       json_object_to_json_string_ext(
			       value, JSON_C_TO_STRING_PLAIN |
					      JSON_C_TO_STRING_NOSLASHESCAPE));
	else
		printf("-");
}

/* Members of members as "node.size", and not where they are unknown. Whether a
 * fact could be read ("uuid_unknown") is for programs: people see a "-". */
static void print_object(const char *prefix, json_object *object, bool bytes)
{
	json_object_object_foreach(object, key, value)
	{
		char name[64];

		if (text_ends_with(key, "known"))
			continue;
		snprintf(name, sizeof(name), "%s%s%s", prefix,
			 *prefix ? "." : "", key);
		if (json_object_is_type(value, json_type_object)) {
			print_object(name, value, bytes);
		} else if (value || !*prefix) {
			printf("%34s: ", name);
			print_value(bytes ? "" : key, value);
			printf("\n");
		}
	}
}

enum exit_code verb_show(const struct arguments *arguments)
{
	_cleanup_view_ struct view view = { 0 };
	json_object *top, *array;
	enum exit_code status;

	status = view_take(arguments, &view);
	if (status == EXIT_OK)
		status = view_load_users(arguments, &view);
	if (status != EXIT_OK)
		return status;
	array = json_object_new_array();
	for (size_t i = 0; i < view.n_items; i++) {
		json_object *object = device_object_new(view.survey->snapshot,
							view.items[i]->device);

		add_decision(object, view.items[i]);
		json_object_array_add(array, object);
	}
	if (arguments->json) {
		top = json_object_new_object();
		object_add(top, "devices", array);
		object_print(top);
		return EXIT_OK;
	}
	for (size_t i = 0; i < view.n_items; i++) {
		if (i)
			printf("\n");
		print_object("", json_object_array_get_idx(array, i),
			     arguments->bytes);
	}
	json_object_put(array);
	return EXIT_OK;
}
