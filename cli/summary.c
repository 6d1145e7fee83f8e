// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/summary.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <string.h>

#include "basic/array.h"
#include "basic/text.h"
#include "cli/device-text.h"
#include "cli/object.h"
#include "cli/table.h"
#include "plan/device-mode.h"
#include "plan/refusal.h"

/* What devices have in common that are counted together. */
enum {
	KEY_STATE,
	KEY_FROM,
	KEY_TO,
	KEY_REASON,
	KEY_POLICY,
	KEYS,
};

static const struct {
	const char *name; /* of the column */
	const char *json;
} keys[KEYS] = {
	[KEY_STATE] = { "STATE", "state" },
	[KEY_FROM] = { "FROM", "from" },
	[KEY_TO] = { "TO", "to" },
	[KEY_REASON] = { "REASON", "reason" },
	[KEY_POLICY] = { "POLICY", "policy" },
};

struct group {
	char *key[KEYS];
	size_t n_devices;
	size_t n_hosts;
	size_t last_host; /* that was counted, its number from 1 on */
	char *example;	  /* "HOST:DEVICE" */
};

struct summary {
	void *tree; /* of tsearch(3) */
	struct group **groups;
	size_t n_groups;
	size_t n_hosts;
	size_t n_devices;
};

struct summary *summary_new(void)
{
	return calloc(1, sizeof(struct summary));
}

static void group_free(struct group *group)
{
	for (size_t i = 0; i < KEYS; i++)
		free(group->key[i]);
	free(group->example);
	free(group);
}

static void keep(_unused_ void *node)
{
}

void summary_free(struct summary *summary)
{
	tdestroy(summary->tree, keep);
	for (size_t i = 0; i < summary->n_groups; i++)
		group_free(summary->groups[i]);
	free(summary->groups);
	free(summary);
}

static int compare_keys(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	int r = 0;

	for (size_t i = 0; i < KEYS && r == 0; i++)
		r = strcmp(x->key[i], y->key[i]);
	return r;
}

/* Why a device stays as it is, or changes, in a word. */
static const char *reason_word(const struct plan_item *item)
{
	const struct policy_decision *decision = item->decision;
	const struct plan *plan = item->plan;

	if (plan->refusal != PLAN_REFUSAL_NONE)
		return plan_refusal_name(plan->refusal);
	if (decision->faulty)
		return "policy-error";
	if (decision->file)
		return "policy";
	return policy_decision_answer(decision) == POLICY_UNDECIDED
		       ? "undecided"
		       : "no-policy";
}

/* "system-ram:movable" */
static char *present_mode(const struct view *view,
			  const struct facts_device *device)
{
	const char *zone = device_text_zone(view->survey->snapshot, device);

	return text_format("%s%s%s",
			   device_mode_name(device_mode_find(
				   view->survey->snapshot, device)),
			   zone ? ":" : "", zone ? zone : "");
}

static struct group *group_new(const struct view *view,
			       const struct plan_item *item)
{
	const struct policy_decision *decision = item->decision;
	struct group *group = calloc(1, sizeof(*group));

	if (!group)
		return NULL;
	group->key[KEY_STATE] = strdup(device_text_state(item));
	group->key[KEY_FROM] = present_mode(view, item->device);
	group->key[KEY_TO] = device_text_wanted(view->survey->snapshot, item);
	group->key[KEY_REASON] = strdup(reason_word(item));
	group->key[KEY_POLICY] = strdup(decision->file ? decision->file : "-");
	group->example =
		text_format("%s:%s", view->host ? view->host : "localhost",
			    item->device->name);
	for (size_t i = 0; i < KEYS; i++) {
		if (group->key[i] && group->example)
			continue;
		group_free(group);
		return NULL;
	}
	return group;
}

/* The group that @group would be counted with: one that there is, and @group
 * is freed, or itself. NULL: out of memory. */
static struct group *group_find(struct summary *summary, struct group *group)
{
	struct group **found = NULL;

	if (ARRAY_GROW(summary->groups, summary->n_groups) == 0)
		found = tsearch(group, &summary->tree, compare_keys);
	if (!found || *found != group)
		group_free(group);
	else
		summary->groups[summary->n_groups++] = group;
	return found ? *found : NULL;
}

int summary_add(struct summary *summary, const struct view *view)
{
	summary->n_hosts++;
	for (size_t i = 0; i < view->n_items; i++) {
		struct group *group = group_new(view, view->items[i]);

		if (group)
			group = group_find(summary, group);
		if (!group)
			return -ENOMEM;
		group->n_devices++;
		summary->n_devices++;
		group->n_hosts += group->last_host != summary->n_hosts;
		group->last_host = summary->n_hosts;
	}
	return 0;
}

/* The most frequent first, then by their keys. */
static int compare_groups(const void *a, const void *b)
{
	const struct group *x = *(struct group *const *)a;
	const struct group *y = *(struct group *const *)b;

	if (x->n_devices != y->n_devices)
		return x->n_devices < y->n_devices ? 1 : -1;
	return compare_keys(x, y);
}

static json_object *group_json(const struct group *group)
{
	json_object *object = json_object_new_object();

	object_add_number(object, "devices", (int64_t)group->n_devices);
	object_add_number(object, "hosts", (int64_t)group->n_hosts);
	for (size_t i = 0; i < KEYS; i++)
		object_add_string(object, keys[i].json, group->key[i]);
	object_add_string(object, "example", group->example);
	return object;
}

static void print_json(const struct summary *summary)
{
	json_object *top = json_object_new_object();
	json_object *array = json_object_new_array();

	object_add_number(top, "hosts", (int64_t)summary->n_hosts);
	object_add_number(top, "devices", (int64_t)summary->n_devices);
	for (size_t i = 0; i < summary->n_groups; i++)
		json_object_array_add(array, group_json(summary->groups[i]));
	object_add(top, "groups", array);
	object_print(top);
}

static int add_line(struct libscols_table *table, const struct group *group)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char count[24];
	size_t column = 0;
	int r;

	if (!line)
		return -ENOMEM;
	snprintf(count, sizeof(count), "%zu", group->n_devices);
	r = scols_line_set_data(line, column++, count);
	snprintf(count, sizeof(count), "%zu", group->n_hosts);
	if (r == 0)
		r = scols_line_set_data(line, column++, count);
	for (size_t i = 0; i < KEYS && r == 0; i++)
		r = scols_line_set_data(line, column++, group->key[i]);
	return r == 0 ? scols_line_set_data(line, column, group->example) : r;
}

static int fill_table(struct libscols_table *table,
		      const struct summary *summary)
{
	int r = 0;

	if (!scols_table_new_column(table, "DEVICES", 0, SCOLS_FL_RIGHT) ||
	    !scols_table_new_column(table, "HOSTS", 0, SCOLS_FL_RIGHT))
		return -ENOMEM;
	for (size_t i = 0; i < KEYS; i++)
		if (!scols_table_new_column(table, keys[i].name, 0, 0))
			return -ENOMEM;
	if (!scols_table_new_column(table, "EXAMPLE", 0, 0))
		return -ENOMEM;
	for (size_t i = 0; i < summary->n_groups && r == 0; i++)
		r = add_line(table, summary->groups[i]);
	return r;
}

static enum exit_code print_table(const struct summary *summary,
				  const struct arguments *arguments)
{
	struct libscols_table *table = table_new(arguments);
	enum exit_code status = table_print(
		table, table ? fill_table(table, summary) : -ENOMEM);

	if (status == EXIT_OK && !arguments->no_headings)
		printf("%zu devices on %zu hosts\n", summary->n_devices,
		       summary->n_hosts);
	return status;
}

enum exit_code summary_print(const struct summary *summary,
			     const struct arguments *arguments)
{
	if (summary->n_groups > 0)
		qsort(summary->groups, summary->n_groups,
		      sizeof(struct group *), compare_groups);
	if (!arguments->json)
		return print_table(summary, arguments);
	print_json(summary);
	return EXIT_OK;
}
