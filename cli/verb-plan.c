// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "cli/device-text.h"
#include "cli/fleet.h"
#include "cli/object.h"
#include "cli/summary.h"
#include "cli/terminal.h"
#include "plan/refusal.h"
#include "plan/step.h"

static json_object *step_json(const struct plan *plan,
			      const struct plan_step *step)
{
	_cleanup_free_ char *what = plan_step_describe(plan, step);
	_cleanup_free_ char *undo = plan_step_describe_undo(plan, step);
	json_object *object = json_object_new_object();

	object_add_string(object, "kind", plan_step_kind_name(step->kind));
	object_add_string(object, "what", what);
	object_add_string(object, "device", step->device);
	object_add_string(object, "driver", step->driver);
	object_add_number(object, "blocks", (int64_t)step->n_blocks);
	object_add_string(object, "reason", step->reason);
	object_add_string(object, "undo", undo);
	return object;
}

static json_object *plan_json(const struct plan *plan)
{
	json_object *object = json_object_new_object();
	json_object *steps = json_object_new_array();

	object_add_string(object, "device", plan->device);
	object_add_string(object, "identity", plan->identity);
	object_add_string(object, "mode", policy_mode_name(plan->mode));
	object_add_string(object, "zone", policy_zone_name(plan->zone));
	object_add_string(object, "outcome", plan_outcome_name(plan->outcome));
	object_add_string(object, "refusal",
			  plan->refusal ? plan_refusal_name(plan->refusal)
					: NULL);
	object_add_string(object, "reason", plan->reason);
	for (size_t i = 0; i < plan->n_steps; i++)
		json_object_array_add(steps, step_json(plan, &plan->steps[i]));
	object_add(object, "steps", steps);
	return object;
}

static void print_plan(const struct plan_item *item)
{
	const struct plan *plan = item->plan;

	printf("%s%s%s: %s%s%s: %s\n", terminal_start(TERMINAL_BOLD),
	       plan->device, terminal_end(),
	       terminal_start(device_text_style(item)),
	       plan->refusal == PLAN_REFUSAL_UNKNOWN
		       ? plan_refusal_name(plan->refusal)
		       : plan_outcome_name(plan->outcome),
	       terminal_end(), plan->reason);
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

static json_object *plans_json(const struct view *view)
{
	json_object *array = json_object_new_array();

	for (size_t i = 0; i < view->n_items; i++)
		json_object_array_add(array, plan_json(view->items[i]->plan));
	return array;
}

static void print_json(const struct view *view)
{
	json_object *top = json_object_new_object();

	if (view->host)
		object_add_string(top, "host", view->host);
	object_add(top, "plans", plans_json(view));
	object_print(top);
}

/* What becomes of one machine after the other. */
struct report {
	const struct arguments *arguments;
	struct summary *summary; /* NULL: each is printed */
	enum exit_code status;
};

/* Whether a switch would be refused, root can find out. */
static enum exit_code plan_status(const struct plan_item *item)
{
	if (item->plan->outcome != PLAN_REFUSED)
		return EXIT_OK;
	if (item->plan->refusal == PLAN_REFUSAL_UNKNOWN &&
	    !item->device->ranges_known)
		return EXIT_DENIED;
	return EXIT_REFUSED;
}

static void report_view(const struct view *view, void *data)
{
	struct report *report = data;

	for (size_t i = 0; i < view->n_items; i++)
		report->status =
			worse(report->status, plan_status(view->items[i]));
	if (report->summary) {
		if (summary_add(report->summary, view) < 0)
			report->status = EXIT_ERROR;
		return;
	}
	if (report->arguments->json) {
		print_json(view);
		return;
	}
	for (size_t i = 0; i < view->n_items; i++)
		print_plan(view->items[i]);
}

enum exit_code verb_plan(const struct arguments *arguments)
{
	_cleanup_summary_ struct summary *summary = NULL;
	struct report report = { .arguments = arguments };
	enum exit_code status;

	if (arguments->summary ||
	    (arguments->facts && fleet_size(arguments) > 1)) {
		summary = summary_new();
		if (!summary)
			return EXIT_ERROR;
		report.summary = summary;
	}
	status = fleet_each(arguments, report_view, &report);
	if (summary)
		status = worse(status, summary_print(summary, arguments));
	return worse(status, report.status);
}
