// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything about a device. It is put together once, as JSON with the keys of
 * facts files; the text form prints that object's keys and values.
 */
#include <stdio.h>

#include "cli/device-object.h"
#include "cli/device-page.h"
#include "cli/device-text.h"
#include "cli/fleet.h"
#include "cli/object.h"

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

static json_object *everything(const struct view *view,
			       const struct plan_item *item)
{
	json_object *object =
		device_object_new(view->survey->snapshot, item->device);

	add_decision(object, item);
	if (view->host)
		object_add_string(object, "host", view->host);
	return object;
}

/* What is shown of one machine after the other. */
struct pages {
	const struct arguments *arguments;
	json_object *array; /* NULL: they are printed */
	size_t n_printed;
	enum exit_code status;
};

static void show_item(struct pages *pages, const struct view *view,
		      const struct plan_item *item)
{
	json_object *object = everything(view, item);

	if (pages->array) {
		json_object_array_add(pages->array, object);
		return;
	}
	if (pages->n_printed++)
		putchar('\n');
	device_page_print(item, object, pages->arguments->bytes);
	json_object_put(object);
}

static void show_view(const struct view *view, void *data)
{
	struct pages *pages = data;

	if (!view->host)
		pages->status = view_load_users(pages->arguments, view);
	for (size_t i = 0; pages->status == EXIT_OK && i < view->n_items; i++)
		show_item(pages, view, view->items[i]);
}

enum exit_code verb_show(const struct arguments *arguments)
{
	struct pages pages = { .arguments = arguments };
	enum exit_code status;
	json_object *top;

	if (arguments->json)
		pages.array = json_object_new_array();
	status = fleet_each(arguments, show_view, &pages);
	/* The policies' faults are among what is shown. */
	if (status == EXIT_POLICY)
		status = EXIT_OK;
	status = worse(status, pages.status);
	if (!arguments->json || status != EXIT_OK) {
		json_object_put(pages.array);
		return status;
	}
	top = json_object_new_object();
	object_add(top, "devices", pages.array);
	object_print(top);
	return EXIT_OK;
}
