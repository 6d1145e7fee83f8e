// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "cli/decision-object.h"
#include "cli/decision-text.h"
#include "cli/fleet.h"
#include "cli/object.h"
#include "cli/stray-text.h"
#include "policy/explanation.h"
#include "survey/device-subject.h"

/* What the files say of one device: those that were asked, and those that were
 * not, because one before them decided. */
struct answers {
	struct policy_explanation asked, later;
};

static void answers_done(struct answers *answers)
{
	policy_explanation_done(&answers->asked);
	policy_explanation_done(&answers->later);
}

/* The device is what it was when it was decided: that made the same of it. */
static int ask(const struct view *view, const struct plan_item *item, bool all,
	       struct answers *answers)
{
	const struct policy_set *set = view->policies;
	const struct policy_subject subject =
		survey_device_subject(view->survey->snapshot, item->device);
	size_t n_asked = item->decision->n_asked;
	int r;

	r = policy_explanation_make(set, &subject, 0, n_asked, &answers->asked);
	if (r == 0)
		r = policy_explanation_make(set, &subject, n_asked,
					    all ? set->n_files : n_asked,
					    &answers->later);
	return r;
}

/* Of one machine after the other. */
struct explanation {
	const struct arguments *arguments;
	json_object *array; /* NULL: it is printed */
	enum exit_code status;
};

static void add_item(const struct view *view, const struct plan_item *item,
		     const struct answers *answers, json_object *array)
{
	json_object *object = decision_object_new(item, &view->policies->grants,
						  &answers->asked);

	if (view->host)
		object_add_string(object, "host", view->host);
	/* Empty without --all. */
	object_add(object, "later", decision_object_reasons(&answers->later));
	json_object_array_add(array, object);
}

static void explain_strays(const struct view *view)
{
	const struct facts_snapshot *snapshot = view->survey->snapshot;

	for (size_t i = 0; i < snapshot->n_strays; i++) {
		_cleanup_free_ char *text =
			stray_text_describe(snapshot, &snapshot->strays[i]);

		if (text)
			puts(text);
	}
}

static int explain_item(const struct view *view, const struct plan_item *item,
			const struct explanation *explanation)
{
	_cleanup_(answers_done) struct answers answers = { 0 };
	int r = ask(view, item, explanation->arguments->all, &answers);

	if (r < 0)
		return r;
	if (explanation->array)
		add_item(view, item, &answers, explanation->array);
	else
		decision_text_print(item, &view->policies->grants,
				    &answers.asked, &answers.later);
	return 0;
}

static void explain_view(const struct view *view, void *data)
{
	struct explanation *explanation = data;

	if (view->host && !explanation->array)
		printf("%s:\n", view->host);
	for (size_t i = 0; i < view->n_items; i++) {
		int r = explain_item(view, view->items[i], explanation);

		if (r == 0)
			continue;
		log_error("%s: %s", view->items[i]->device->name, strerror(-r));
		explanation->status = EXIT_ERROR;
	}
	if (!explanation->array && explanation->arguments->n_words == 0)
		explain_strays(view);
}

enum exit_code verb_explain(const struct arguments *arguments)
{
	struct explanation explanation = { .arguments = arguments };
	enum exit_code status;
	json_object *top;

	if (arguments->json)
		explanation.array = json_object_new_array();
	status = fleet_each(arguments, explain_view, &explanation);
	status = worse(status, explanation.status);
	if (!arguments->json || status == EXIT_ERROR ||
	    status == EXIT_NOT_FOUND) {
		json_object_put(explanation.array);
		return status;
	}
	top = json_object_new_object();
	object_add(top, "devices", explanation.array);
	object_print(top);
	return status;
}
