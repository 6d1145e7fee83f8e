/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_COLUMN_H
#define CLI_COLUMN_H

#include <stdbool.h>

#include "media/model/media.h"
#include "survey/survey.h"

/* A line of `daxbroker list`: a device, or with item NULL its region. */
struct column_row {
	const char *host; /* of --facts, or NULL */
	const struct survey *survey;
	const struct policy_grants *grants; /* of those who decided */
	const struct facts_region *region;
	const struct plan_item *item;
	const struct facts_stray *stray; /* if not NULL, the line is this,
					  * with neither of the two */
	/* If not NULL: what is known beside the item; or without one, what the
	 * line is. */
	const struct media *media;
	bool bytes; /* sizes as numbers */
};

struct column {
	const char *name;
	const char *help;
	bool standard; /* shown without --output */
	bool number;   /* right-aligned; in JSON a number if it is one */
	/* The text, to be freed; NULL: there is none, or it is unknown. */
	char *(*text)(const struct column_row *row);
	const char *key; /* in JSON; NULL: the name in lower case */
	bool with_all;	 /* shown with --all and without --output */
	bool sentence;	 /* long: it is what a narrow terminal breaks */
	/* The colour of the cell for libsmartcols, or NULL. */
	const char *(*color)(const struct column_row *row);
};

/* The one table of columns; the last has name NULL. */
extern const struct column columns[];

/* Upper or lower case; NULL: there is none of this name. */
const struct column *column_find(const char *name, size_t length);

#endif
