// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "cli/decision-object.h"
#include "cli/decision-text.h"
#include "cli/fleet.h"
#include "cli/object.h"

static void print_view(const struct view *view, _unused_ void *data)
{
	if (view->host)
		printf("%s:\n", view->host);
	for (size_t i = 0; i < view->n_items; i++)
		decision_text_print(view->items[i]);
}

static void add_view(const struct view *view, void *data)
{
	json_object *array = data;

	for (size_t i = 0; i < view->n_items; i++) {
		json_object *object = decision_object_new(view->items[i]);

		if (view->host)
			object_add_string(object, "host", view->host);
		json_object_array_add(array, object);
	}
}

enum exit_code verb_explain(const struct arguments *arguments)
{
	json_object *array = json_object_new_array(), *top;
	enum exit_code status;

	status = fleet_each(arguments, arguments->json ? add_view : print_view,
			    array);
	if (!arguments->json || status == EXIT_ERROR ||
	    status == EXIT_NOT_FOUND) {
		json_object_put(array);
		return status;
	}
	top = json_object_new_object();
	object_add(top, "devices", array);
	object_print(top);
	return status;
}
