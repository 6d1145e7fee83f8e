// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "cli/decision-object.h"
#include "cli/decision-text.h"
#include "cli/fleet.h"
#include "cli/object.h"
#include "cli/stray-text.h"
#include "policy/match.h"
#include "survey/device-subject.h"

/* What the files say that were not asked, because one before them decided. */
struct later {
	struct policy_reason *reasons;
	size_t n;
};

static void later_done(struct later *later)
{
	for (size_t i = 0; i < later->n; i++)
		policy_reason_done(&later->reasons[i]);
	free(later->reasons);
}

static void ask_later(const struct view *view, const struct plan_item *item,
		      struct later *later)
{
	const struct policy_set *set = view->policies;
	const struct policy_subject subject =
		survey_device_subject(view->survey->snapshot, item->device);

	later->reasons = calloc(set->n_files + 1, sizeof(*later->reasons));
	for (size_t i = item->decision->n_reasons;
	     later->reasons && i < set->n_files; i++)
		if (policy_match_ask(set->files[i], &subject,
				     &later->reasons[later->n]) == 0)
			later->n++;
}

/* Of one machine after the other. */
struct explanation {
	const struct arguments *arguments;
	json_object *array; /* NULL: it is printed */
};

static void add_item(const struct view *view, const struct plan_item *item,
		     const struct later *later, json_object *array)
{
	json_object *object = decision_object_new(item);
	json_object *answers = json_object_new_array();

	if (view->host)
		object_add_string(object, "host", view->host);
	/* Empty without --all. */
	for (size_t i = 0; i < later->n; i++)
		json_object_array_add(
			answers, decision_object_reason(&later->reasons[i]));
	object_add(object, "later", answers);
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

static void explain_view(const struct view *view, void *data)
{
	const struct explanation *explanation = data;

	if (view->host && !explanation->array)
		printf("%s:\n", view->host);
	for (size_t i = 0; i < view->n_items; i++) {
		_cleanup_(later_done) struct later later = { NULL };

		if (explanation->arguments->all)
			ask_later(view, view->items[i], &later);
		if (explanation->array)
			add_item(view, view->items[i], &later,
				 explanation->array);
		else
			decision_text_print(view->items[i], later.reasons,
					    later.n);
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
