// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "basic/log.h"
#include "cli/lease-column.h"
#include "cli/lease-find.h"
#include "cli/lease-holder.h"
#include "cli/object.h"
#include "cli/table.h"
#include "cli/view.h"

struct listing {
	const struct arguments *arguments;
	struct libscols_table *table;	   /* NULL: as JSON */
	json_object *objects;		   /* NULL: as a table */
	struct lease_holder_search search; /* for those that have ended */
	size_t n;
};

/* Of the pool, and with operands one of them. */
static bool is_wanted(const struct arguments *arguments, json_object *lease)
{
	if (arguments->pool &&
	    strcmp(arguments->pool, mirror_text(lease, "Pool")) != 0)
		return false;
	for (size_t i = 0; i < arguments->n_words; i++)
		if (strcmp(arguments->words[i], mirror_text(lease, "Id")) ==
			    0 ||
		    strcmp(arguments->words[i], mirror_text(lease, "Name")) ==
			    0)
			return true;
	return arguments->n_words == 0;
}

static int add_cells(struct libscols_line *line, json_object *lease, bool bytes)
{
	size_t i = 0;

	for (const struct lease_column *c = lease_columns; c->name; c++) {
		char *text;

		if (!c->listed)
			continue;
		text = c->text(lease, c->property, bytes);
		if (text && !*text) {
			free(text);
			text = strdup("-");
		}
		if (!text || scols_line_refer_data(line, i++, text) != 0) {
			free(text);
			return -ENOMEM;
		}
	}
	return 0;
}

static enum exit_code add_lease(const char *path, json_object *lease,
				void *userdata)
{
	struct listing *listing = userdata;
	struct libscols_line *line;

	if (!is_wanted(listing->arguments, lease))
		return EXIT_OK;
	listing->n++;
	if (lease_holder_is_left(lease))
		lease_holder_add(&listing->search, path, lease);
	if (listing->objects) {
		json_object_array_add(listing->objects,
				      lease_column_object(lease));
		return EXIT_OK;
	}
	line = scols_table_new_line(listing->table, NULL);
	if (!line || add_cells(line, lease, listing->arguments->bytes) < 0) {
		log_error("out of memory");
		return EXIT_ERROR;
	}
	return EXIT_OK;
}

static enum exit_code print_json(const struct mirror *mirror,
				 struct listing *listing)
{
	json_object *top = json_object_new_object();
	enum exit_code status;

	listing->objects = json_object_new_array();
	object_add(top, "leases", listing->objects);
	status = lease_find_each(mirror, add_lease, listing);
	if (status == EXIT_OK)
		object_print(top);
	else
		json_object_put(top);
	return status;
}

static int add_columns(struct libscols_table *table)
{
	for (const struct lease_column *c = lease_columns; c->name; c++)
		if (c->listed &&
		    !scols_table_new_column(table, c->name, 0,
					    c->number ? SCOLS_FL_RIGHT : 0))
			return -ENOMEM;
	return 0;
}

static enum exit_code print_table(const struct mirror *mirror,
				  struct listing *listing)
{
	enum exit_code status = EXIT_OK;
	int r = -ENOMEM;

	listing->table = table_new(listing->arguments);
	if (listing->table)
		r = add_columns(listing->table);
	if (r == 0)
		status = lease_find_each(mirror, add_lease, listing);
	if (status == EXIT_OK)
		return table_print(listing->table, r);
	scols_unref_table(listing->table);
	return status;
}

static enum exit_code print(const struct mirror *mirror,
			    struct listing *listing)
{
	enum exit_code status;

	listing->search = (struct lease_holder_search){
		.mirror = mirror,
		.root_fd = view_open_root(listing->arguments),
	};
	status = listing->arguments->json ? print_json(mirror, listing)
					  : print_table(mirror, listing);
	lease_holder_search_done(&listing->search);
	return status;
}

enum exit_code verb_lease_list(const struct arguments *arguments)
{
	struct listing listing = { .arguments = arguments };
	_cleanup_mirror_ struct mirror *mirror = NULL;
	enum exit_code status = mirror_open(NULL, NULL, &mirror);

	if (status == EXIT_OK)
		status = print(mirror, &listing);
	if (status != EXIT_OK || listing.n > 0)
		return status;
	if (arguments->n_words == 0) {
		if (!arguments->quiet)
			log_info("there are no leases");
		return EXIT_OK;
	}
	log_error("there is no such lease");
	return EXIT_NOT_FOUND;
}
