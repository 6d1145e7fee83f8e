/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_POLICY_CASE_FILE_H
#define TESTS_POLICY_CASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "tree.h"

/*
 * A case is one text file, NAME.case. It may begin with some words about the
 * case; then come its parts, each below a line that names it:
 *
 *	-- subject --                             the device that is asked for
 *	-- facts.json --                          the machine that is asked for
 *	-- etc/daxbroker/10.region --             a file below the root
 *	-- etc/daxbroker/10.region escaped --     the same, with C escapes
 *	-- etc/daxbroker/20.region -> /dev/null --  a link, which has no text
 *	-- expected --                            what is to be said
 *
 * In an escaped part only \n, \r, \t, \\ and \xHH stand for what is no plain
 * text; the ends of its lines do not count, so that a file can end without one.
 */
#define CASE_PARTS_MAX 16
#define CASE_SUFFIX ".case"

struct case_part {
	const char *name;   /* with a slash in it: a path below the root */
	const char *target; /* of a link, else NULL */
	bool escaped;	    /* how it is written; the text is as it is read */
	char *text;	    /* with a NUL behind it, which does not count */
	size_t size;
	unsigned int line; /* of its first line of text, from 1 */
};

struct case_file {
	struct case_part parts[CASE_PARTS_MAX];
	size_t n_parts;
	char *text; /* what all of it points into */
};

/* What makes no sense is printed, with file and line; then false is returned
 * and there is nothing to release. */
bool case_file_read(struct case_file *ret, const char *path);
void case_file_done(struct case_file *file);

/* The part of this name, or NULL. */
struct case_part *case_file_find(struct case_file *file, const char *name);

/* Makes its parts below a root. */
void case_file_unpack(const struct case_file *file, const struct tree *tree);

/* Writes @expected as the part of that name, in place of what stood there;
 * where there was none, at the end. What fails is printed. */
bool case_file_update(const char *path, const char *expected);

#endif
