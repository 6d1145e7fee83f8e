// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/plan/plan.h"

#include <stdio.h>

#include "cli/view.h"

static json_object *step_json(const struct plan *plan,
			      const struct plan_step *step)
{
	_cleanup_free_ char *what = plan_step_describe(plan, step);
	_cleanup_free_ char *undo = plan_step_describe_undo(plan, step);
	json_object *object = json_object_new_object();

	view_add_string(object, "kind", plan_step_kind_name(step->kind));
	view_add_string(object, "what", what);
	view_add_string(object, "driver", step->driver);
	view_add_number(object, "blocks", (int64_t)step->n_blocks);
	view_add_string(object, "reason", step->reason);
	view_add_string(object, "undo", undo);
	return object;
}

static json_object *plan_json(const struct plan *plan)
{
	json_object *object = json_object_new_object();
	json_object *steps = json_object_new_array();

	view_add_string(object, "device", plan->device);
	view_add_string(object, "identity", plan->identity);
	view_add_string(object, "mode", policy_mode_name(plan->mode));
	view_add_string(object, "zone", policy_zone_name(plan->zone));
	view_add_string(object, "outcome", plan_outcome_name(plan->outcome));
	view_add_string(object, "refusal",
			plan->refusal ? plan_refusal_name(plan->refusal)
				      : NULL);
	view_add_string(object, "reason", plan->reason);
	for (size_t i = 0; i < plan->n_steps; i++)
		json_object_array_add(steps, step_json(plan, &plan->steps[i]));
	json_object_object_add(object, "steps", steps);
	return object;
}

static void print_plan(const struct plan *plan)
{
	printf("%s: %s: %s\n", plan->device, plan_outcome_name(plan->outcome),
	       plan->reason);
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];
		_cleanup_free_ char *what = plan_step_describe(plan, step);
		_cleanup_free_ char *undo = plan_step_describe_undo(plan, step);

		printf("  %zu. %s\n       why:  %s\n", i + 1,
		       what ? what : plan_step_kind_name(step->kind),
		       step->reason);
		if (undo)
			printf("       undo: %s\n", undo);
	}
}

static void print_json(const struct view *view)
{
	json_object *top = json_object_new_object();
	json_object *array = json_object_new_array();

	for (size_t i = 0; i < view->n_items; i++)
		json_object_array_add(array, plan_json(view->items[i]->plan));
	json_object_object_add(top, "plans", array);
	view_print_json(top);
}

enum exit_code verb_plan(const struct arguments *arguments)
{
	_cleanup_view_ struct view view = { 0 };
	enum exit_code status;

	status = view_take(arguments, &view);
	if (status != EXIT_OK)
		return status;
	if (arguments->json)
		print_json(&view);
	status = view_policy_status(&view);
	for (size_t i = 0; i < view.n_items; i++) {
		const struct plan *plan = view.items[i]->plan;

		if (!arguments->json)
			print_plan(plan);
		if (plan->outcome == PLAN_REFUSED)
			status = worse(status, EXIT_REFUSED);
	}
	return status;
}
