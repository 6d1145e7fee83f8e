// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "cli/object.h"
#include "cli/terminal.h"

struct libscols_table *table_new(const struct arguments *arguments)
{
	struct libscols_table *table;

	scols_init_debug(0);
	table = scols_new_table();
	if (!table)
		return NULL;
	scols_table_enable_noheadings(table, arguments->no_headings);
	scols_table_enable_raw(table, arguments->raw);
	scols_table_enable_json(table, arguments->json);
	scols_table_set_name(table, "devices");
	scols_table_enable_colors(table, terminal_has_colors());
	/* A pager may stand between by now. */
	scols_table_set_termforce(table, terminal_width() && !arguments->raw
						 ? SCOLS_TERMFORCE_ALWAYS
						 : SCOLS_TERMFORCE_NEVER);
	scols_table_set_termwidth(table, terminal_width());
	return table;
}

static void add_members(json_object *object, json_object *more)
{
	if (!more)
		return;
	json_object_object_foreach(more, key, value)
	{
		object_add(object, key, json_object_get(value));
	}
}

/* libsmartcols has no other members beside the table. */
static int print_json(struct libscols_table *table, json_object *more)
{
	json_object *object;
	char *text = NULL;
	int r = scols_print_table_to_string(table, &text);

	if (r != 0)
		return r;
	object = json_tokener_parse(text);
	free(text);
	if (!object)
		return -ENOMEM;
	add_members(object, more);
	object_print(object);
	return 0;
}

static int print(struct libscols_table *table, json_object *more)
{
	return scols_table_is_json(table) ? print_json(table, more)
					  : scols_print_table(table);
}

enum exit_code table_print(struct libscols_table *table, int r)
{
	return table_print_with(table, r, NULL);
}

enum exit_code table_print_with(struct libscols_table *table, int r,
				json_object *more)
{
	if (r == 0)
		r = table ? print(table, more) : -ENOMEM;
	scols_unref_table(table);
	if (r == 0)
		return EXIT_OK;
	log_error("the table cannot be printed: %s", strerror(r < 0 ? -r : r));
	return EXIT_ERROR;
}
