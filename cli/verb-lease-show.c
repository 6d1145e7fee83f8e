// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/lease-column.h"
#include "cli/lease-find.h"
#include "cli/lease-holder.h"
#include "cli/object.h"
#include "cli/table.h"
#include "cli/view.h"

static int add_line(struct libscols_table *table, const char *name, char *text)
{
	struct libscols_line *line;

	if (!text)
		return -ENOMEM;
	line = scols_table_new_line(table, NULL);
	if (!line || scols_line_set_data(line, 0, name) != 0 ||
	    scols_line_refer_data(line, 1, text) != 0) {
		free(text);
		return -ENOMEM;
	}
	return 0;
}

static int fill(struct libscols_table *table, json_object *lease, bool bytes)
{
	int r = 0;

	if (!scols_table_new_column(table, "NAME", 0, 0) ||
	    !scols_table_new_column(table, "VALUE", 0, 0))
		return -ENOMEM;
	scols_table_enable_noheadings(table, 1);
	for (const struct lease_column *c = lease_columns; c->name && r == 0;
	     c++) {
		char *text;

		if (c->list_only)
			continue;
		text = c->text(lease, c->property, bytes);
		if (text && !*text) {
			free(text);
			text = strdup("-");
		}
		r = add_line(table, c->name, text);
	}
	return r;
}

static enum exit_code print(const struct arguments *arguments,
			    json_object *lease)
{
	struct libscols_table *table = table_new(arguments);

	return table_print(table, table ? fill(table, lease, arguments->bytes)
					: -ENOMEM);
}

static enum exit_code show(const struct mirror *mirror,
			   const struct arguments *arguments,
			   json_object *objects)
{
	_cleanup_lease_holder_search_ struct lease_holder_search search = {
		.mirror = mirror,
		.root_fd = view_open_root(arguments),
	};

	for (size_t i = 0; i < arguments->n_words; i++) {
		enum exit_code status;
		const char *path;

		status = lease_find(mirror, arguments->words[i], &path);
		if (status != EXIT_OK)
			return status;
		lease_holder_add(&search, path, mirror_find(mirror, path));
		if (arguments->json) {
			json_object_array_add(
				objects,
				lease_column_object(mirror_find(mirror, path)));
			continue;
		}
		if (i > 0)
			putchar('\n');
		status = print(arguments, mirror_find(mirror, path));
		if (status != EXIT_OK)
			return status;
	}
	return EXIT_OK;
}

enum exit_code verb_lease_show(const struct arguments *arguments)
{
	_cleanup_mirror_ struct mirror *mirror = NULL;
	enum exit_code status = mirror_open(NULL, NULL, &mirror);
	json_object *top, *objects;

	if (status != EXIT_OK)
		return status;
	top = json_object_new_object();
	objects = json_object_new_array();
	object_add(top, "leases", objects);
	status = show(mirror, arguments, objects);
	if (status == EXIT_OK && arguments->json)
		object_print(top);
	else
		json_object_put(top);
	return status;
}
