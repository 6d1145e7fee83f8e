// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "basic/utf8.h"
#include "cli/column.h"
#include "cli/table.h"
#include "cli/view.h"

#define CHOSEN_MAX 64

/* The columns to print, in order. */
struct choice {
	const struct column *columns[CHOSEN_MAX];
	size_t n;
};

static void choose_standard(struct choice *choice)
{
	for (const struct column *c = columns; c->name; c++)
		if (c->standard)
			choice->columns[choice->n++] = c;
}

static void print_columns(void)
{
	for (const struct column *c = columns; c->name; c++)
		printf("%-10s %s\n", c->name, c->help);
}

/* "COLUMN,..." or "+COLUMN,...". */
static enum exit_code choose(const char *list, struct choice *choice)
{
	if (!list || *list == '+')
		choose_standard(choice);
	if (!list)
		return EXIT_OK;
	if (*list == '+')
		list++;
	for (;;) {
		size_t length = strcspn(list, ",");
		const struct column *c = column_find(list, length);

		if (!c || choice->n == CHOSEN_MAX) {
			log_error("no column \"%.*s\"; \"daxbroker list "
				  "--output help\" shows those there are",
				  (int)length, list);
			return EXIT_USAGE;
		}
		choice->columns[choice->n++] = c;
		if (list[length] == '\0')
			return EXIT_OK;
		list += length + 1;
	}
}

static bool has_column(const struct choice *choice, const char *name)
{
	const struct column *column = column_find(name, strlen(name));

	for (size_t i = 0; i < choice->n; i++)
		if (choice->columns[i] == column)
			return true;
	return false;
}

static bool is_shown(const struct view *view, const struct plan_item *item)
{
	for (size_t i = 0; i < view->n_items; i++)
		if (view->items[i] == item)
			return true;
	return false;
}

static struct libscols_table *new_table(const struct arguments *arguments,
					const struct choice *choice)
{
	struct libscols_table *table = table_new(arguments);

	if (!table)
		return NULL;
	for (size_t i = 0; i < choice->n; i++) {
		const struct column *c = choice->columns[i];
		int flags = c->number ? SCOLS_FL_RIGHT : 0;
		struct libscols_column *column;

		if (arguments->tree && i == 0)
			flags |= SCOLS_FL_TREE;
		column = scols_table_new_column(
			table, arguments->json && c->key ? c->key : c->name, 0,
			flags);
		if (!column)
			return NULL;
		if (c->number)
			scols_column_set_json_type(column, SCOLS_JSON_NUMBER);
	}
	return table;
}

/* Cells that are unknown or absent: "-", in JSON null (which libsmartcols
 * makes of an empty cell). */
static int fill(struct libscols_line *line, const struct choice *choice,
		const struct column_row *row, bool json)
{
	for (size_t i = 0; i < choice->n; i++) {
		char *text = choice->columns[i]->text(row);

		if (!text && !json && row->item)
			text = strdup("-");
		if (text)
			utf8_repair(text);
		if (text && scols_line_refer_data(line, i, text) != 0) {
			free(text);
			return -ENOMEM;
		}
	}
	return 0;
}

static int add_line(struct libscols_table *table, const struct choice *choice,
		    const struct column_row *row, bool json,
		    struct libscols_line *parent, struct libscols_line **ret)
{
	struct libscols_line *line = scols_table_new_line(table, parent);

	if (!line)
		return -ENOMEM;
	if (ret)
		*ret = line;
	return fill(line, choice, row, json);
}

static int add_lines(struct libscols_table *table,
		     const struct arguments *arguments,
		     const struct choice *choice, const struct view *view)
{
	const struct survey *survey = view->survey;
	struct libscols_line *parent = NULL;
	const struct facts_region *region = NULL;
	int r;

	for (size_t i = 0; i < survey->n_items; i++) {
		struct column_row row = {
			.survey = survey,
			.region = facts_device_region(survey->snapshot,
						      survey->items[i].device),
			.bytes = arguments->bytes || arguments->json,
		};

		if (!is_shown(view, &survey->items[i]))
			continue;
		if (arguments->tree && row.region != region) {
			region = row.region;
			r = add_line(table, choice, &row, arguments->json, NULL,
				     &parent);
			if (r < 0)
				return r;
		}
		row.item = &survey->items[i];
		r = add_line(table, choice, &row, arguments->json, parent,
			     NULL);
		if (r < 0)
			return r;
	}
	return 0;
}

enum exit_code verb_list(const struct arguments *arguments)
{
	_cleanup_view_ struct view view = { 0 };
	struct choice choice = { .n = 0 };
	struct libscols_table *table;
	enum exit_code status;
	int r = -ENOMEM;

	if (arguments->output && strcmp(arguments->output, "help") == 0) {
		print_columns();
		return EXIT_OK;
	}
	status = choose(arguments->output, &choice);
	if (status != EXIT_OK)
		return status;
	status = view_take(arguments, &view);
	/* Where nobody asks, no process is scanned. */
	if (status == EXIT_OK && has_column(&choice, "USERS"))
		status = view_load_users(arguments, &view);
	if (status != EXIT_OK)
		return status;
	table = new_table(arguments, &choice);
	if (table)
		r = add_lines(table, arguments, &choice, &view);
	return table_print(table, r);
}
