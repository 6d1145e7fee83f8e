// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "basic/utf8.h"
#include "cli/column.h"
#include "cli/fleet.h"
#include "cli/media-object.h"
#include "cli/media-text.h"
#include "cli/media-view.h"
#include "cli/stray-text.h"
#include "cli/table.h"

#define CHOSEN_MAX 64

/* The columns to print, in order. */
struct choice {
	const struct column *columns[CHOSEN_MAX];
	size_t n;
};

static void choose_standard(const struct arguments *arguments,
			    struct choice *choice)
{
	for (const struct column *c = columns; c->name; c++)
		if (c->standard || (arguments->all && c->with_all))
			choice->columns[choice->n++] = c;
}

static void choose_named(struct choice *choice, const char *name)
{
	choice->columns[choice->n++] = column_find(name, strlen(name));
}

static void print_columns(void)
{
	for (const struct column *c = columns; c->name; c++)
		printf("%-10s %s\n", c->name, c->help);
}

/* "COLUMN,..." or "+COLUMN,...". */
static enum exit_code choose(const struct arguments *arguments,
			     struct choice *choice)
{
	const char *list = arguments->output;

	if (!list || *list == '+')
		choose_standard(arguments, choice);
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

static struct libscols_table *new_table(const struct arguments *arguments,
					const struct choice *choice)
{
	struct libscols_table *table = table_new(arguments);

	if (!table)
		return NULL;
	for (size_t i = 0; i < choice->n; i++) {
		const struct column *c = choice->columns[i];
		int flags = (c->number ? SCOLS_FL_RIGHT : 0) |
			    (c->sentence ? SCOLS_FL_WRAP : 0);
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
static char *cell(const struct column *column, const struct column_row *row)
{
	if (row->stray)
		return stray_text_column(row->survey->snapshot, row->stray,
					 column->name, row->bytes);
	if (row->media && row->media->kind != MEDIA_DEVICE)
		return media_text_column(row->media, column->name, row->bytes);
	return column->text(row);
}

static int fill(struct libscols_line *line, const struct choice *choice,
		const struct column_row *row, bool json)
{
	for (size_t i = 0; i < choice->n; i++) {
		char *text = cell(choice->columns[i], row);

		if (!text && !json && (row->item || row->stray || row->media))
			text = strdup("-");
		if (text)
			utf8_repair(text);
		if (text && scols_line_refer_data(line, i, text) != 0) {
			free(text);
			return -ENOMEM;
		}
		if (choice->columns[i]->color && row->item)
			scols_cell_set_color(scols_line_get_cell(line, i),
					     choice->columns[i]->color(row));
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

/* A table of all machines. */
struct listing {
	const struct arguments *arguments;
	struct choice choice;
	struct libscols_table *table;
	struct media_view media; /* of --all; else without a list */
	enum exit_code status;
	int r; /* of filling the table */
};

static int add_lines(struct listing *listing, const struct view *view)
{
	const struct survey *survey = view->survey;
	struct libscols_line *parent = NULL;
	const struct facts_region *region = NULL;
	bool json = listing->arguments->json;
	int r = 0;

	for (size_t i = 0; i < view->n_items && r == 0; i++) {
		struct column_row row = {
			.host = view->host,
			.survey = survey,
			.grants = &view->policies->grants,
			.region = facts_device_region(survey->snapshot,
						      view->items[i]->device),
			.bytes = listing->arguments->bytes || json,
		};

		if (listing->arguments->tree && row.region != region) {
			region = row.region;
			r = add_line(listing->table, &listing->choice, &row,
				     json, NULL, &parent);
		}
		row.item = view->items[i];
		row.media =
			listing->media.list
				? media_view_add_device(&listing->media, survey,
							row.item->device)
				: NULL;
		if (r == 0)
			r = add_line(listing->table, &listing->choice, &row,
				     json, parent, NULL);
	}
	return r;
}

static int add_strays(struct listing *listing, const struct view *view)
{
	const struct facts_snapshot *snapshot = view->survey->snapshot;
	const bool json = listing->arguments->json;
	int r = 0;

	if (listing->arguments->n_words > 0)
		return 0;
	for (size_t i = 0; i < snapshot->n_strays && r == 0; i++) {
		const struct column_row row = {
			.host = view->host,
			.survey = view->survey,
			.stray = &snapshot->strays[i],
			.bytes = listing->arguments->bytes || json,
		};

		r = add_line(listing->table, &listing->choice, &row, json, NULL,
			     NULL);
	}
	return r;
}

/* In JSON they have members of their own. */
static int add_media(struct listing *listing)
{
	const struct media_list *list = listing->media.list;
	int r = 0;

	if (!list || listing->arguments->json || listing->arguments->n_words)
		return 0;
	for (size_t i = 0; i < list->n_items && r == 0; i++) {
		const struct column_row row = {
			.media = &list->items[i],
			.bytes = listing->arguments->bytes,
		};

		if (row.media->kind != MEDIA_DEVICE)
			r = add_line(listing->table, &listing->choice, &row,
				     false, NULL, NULL);
	}
	return r;
}

static void list_view(const struct view *view, void *data)
{
	struct listing *listing = data;

	/* Where nobody asks, no process is scanned. */
	if (!view->host && has_column(&listing->choice, "USERS"))
		listing->status = view_load_users(listing->arguments, view);
	if (!view->host && has_column(&listing->choice, "CONTENT"))
		listing->status =
			worse(listing->status,
			      view_load_content(listing->arguments, view));
	if (listing->r == 0)
		listing->r = add_lines(listing, view);
	if (listing->r == 0)
		listing->r = add_strays(listing, view);
	if (listing->r == 0)
		listing->r = add_media(listing);
}

/* Facts files have none. */
static enum exit_code open_media(struct listing *listing)
{
	const struct arguments *arguments = listing->arguments;

	if (!arguments->all)
		return EXIT_OK;
	if (!arguments->facts)
		return media_view_open(arguments,
				       has_column(&listing->choice, "CONTENT"),
				       &listing->media);
	log_error("--all shows this machine, and cannot be used with --facts");
	return EXIT_USAGE;
}

static enum exit_code print(struct listing *listing)
{
	const struct media_list *list = listing->media.list;
	enum exit_code status;
	json_object *more = NULL;

	if (list && listing->arguments->json) {
		more = json_object_new_object();
		media_object_add(more, list);
	}
	status = table_print_with(listing->table, listing->r, more);
	json_object_put(more);
	return worse(listing->status, status);
}

enum exit_code verb_list(const struct arguments *arguments)
{
	struct listing listing = { .arguments = arguments,
				   .media.root_fd = -1 };
	enum exit_code status;

	if (arguments->output && strcmp(arguments->output, "help") == 0) {
		print_columns();
		return EXIT_OK;
	}
	if (arguments->facts && fleet_size(arguments) > 1)
		choose_named(&listing.choice, "HOST");
	status = choose(arguments, &listing.choice);
	if (status != EXIT_OK)
		return status;
	status = open_media(&listing);
	if (status != EXIT_OK)
		return status;
	listing.table = new_table(arguments, &listing.choice);
	if (!listing.table)
		listing.r = -ENOMEM;
	status = fleet_each(arguments, list_view, &listing);
	/* The policies' faults are in the table. */
	if (status == EXIT_POLICY)
		status = EXIT_OK;
	if (status != EXIT_OK)
		scols_unref_table(listing.table);
	else
		status = print(&listing);
	media_view_close(&listing.media);
	return status;
}
